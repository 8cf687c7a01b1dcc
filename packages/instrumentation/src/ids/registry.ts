import { bsonLibrary } from './bson.ts'
import { cuid2Library } from './cuid2.ts'
import type { MintingLibrary } from './minting-library.ts'
import { nanoidLibrary } from './nanoid.ts'
import { ulidLibrary } from './ulid.ts'
import { uuidLibrary } from './uuid.ts'

/** Every library that mints ids from state of its own. ksuid has none: its draws are enough. */
export const mintingLibraries: readonly MintingLibrary[] = [uuidLibrary, nanoidLibrary, ulidLibrary, cuid2Library, bsonLibrary]

/** A file of such a library, with what may be replaced in it. */
export interface MintingFile {
  readonly library: MintingLibrary
  /** Path within the package, with forward slashes. */
  readonly file: string
  readonly names: readonly string[]
}

/** Asked for every module that is loaded: most are told by their folder. */
export function mintingFile(path: string): MintingFile | undefined {
  const folder = path.lastIndexOf('node_modules')
  if (folder < 0) return undefined
  const inner = path.slice(folder + 'node_modules/'.length).replaceAll('\\', '/')
  for (const library of mintingLibraries) {
    if (!inner.startsWith(library.name) || inner[library.name.length] !== '/') continue
    const file = inner.slice(library.name.length + 1)
    const names = library.exportsOf(file)
    return names.length === 0 ? undefined : { library, file, names }
  }
  return undefined
}
