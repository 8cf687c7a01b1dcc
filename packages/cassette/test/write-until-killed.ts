/** Appends and flushes samples without end. Tells how many are flushed: once some are, or when a write fails. */
import { CassetteWriter } from '../src/index.ts'
import { sampleHeader, sampleKeys, sampleTake } from './sample-session.ts'

const [, , place, untilFull] = process.argv
const writer = CassetteWriter.create(place as string, sampleHeader)
for (let number = 1; ; number++) {
  try {
    writer.append(sampleTake(number), sampleKeys(sampleTake(number)))
    writer.flush()
  } catch (error) {
    console.log(`${(error as { code: string }).code}\n${number - 1}`)
    break
  }
  if (number % 10 === 0 && untilFull === undefined) process.stdout.write(`${number}\n`)
}
