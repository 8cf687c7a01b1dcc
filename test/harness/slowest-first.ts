import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * What starts whole processes comes first: a long file that is left for the end has one worker run it and the other wait.
 * Without results of an earlier run, as on a clean checkout, Vitest goes by the size of files.
 */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = slowest.findIndex((part) => moduleId.includes(part))
      return place < 0 ? slowest.length : place
    }
    return sorted.toSorted((a, b) => rank(a) - rank(b))
  }
}

const slowest = ['/test/determinism/', '/test/compat/', '/test/e2e/', '/test/docs/']
