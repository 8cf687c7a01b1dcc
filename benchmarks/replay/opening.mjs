import { bundled } from '../bundled.mjs'
import { median } from '../measure.mjs'

let opening

/** ms that it takes to open what is stored at a path, in a warm process; the median of eleven. */
export async function timeOpening(path) {
  opening ??= (await bundled('opening', "export { openCassette } from '@retake/cassette'")).openCassette
  const figures = []
  for (let round = 0; round < 11; round++) {
    const began = performance.now()
    const cassette = await opening(path)
    figures.push(performance.now() - began)
    await cassette.close?.()
  }
  return median(figures)
}
