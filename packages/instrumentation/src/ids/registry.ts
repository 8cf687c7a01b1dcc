import { bsonLibrary } from './bson.ts'
import { cuidLibraries } from './cuid.ts'
import { cuid2Library } from './cuid2.ts'
import type { MintingLibrary } from './minting-library.ts'
import { nanoidLibrary } from './nanoid.ts'
import { shortidLibrary } from './shortid.ts'
import { ulidLibrary } from './ulid.ts'
import { uuidLibrary } from './uuid.ts'

/** Every library that mints ids from state of its own. ksuid has none: its draws are enough. */
const mintingLibraries: readonly MintingLibrary[] = [
  uuidLibrary,
  nanoidLibrary,
  ulidLibrary,
  cuid2Library,
  ...cuidLibraries,
  shortidLibrary,
  bsonLibrary,
]

/** Folders that may hold such a library, with it: by its own name, and by the names that the app installs it under. */
const folders: (readonly [name: string, library: MintingLibrary])[] = mintingLibraries.map((library) => [library.name, library])

/** Tells under which other names packages are installed (`"ids": "npm:uuid@9"`). */
export function knowAliases(aliases: { readonly [alias: string]: string }): void {
  for (const [alias, name] of Object.entries(aliases)) {
    const library = mintingLibraries.find((each) => each.name === name)
    if (library !== undefined && !folders.some(([known]) => known === alias)) folders.push([alias, library])
  }
}

/** Names of folders that may hold such a library, with patterns for its ES modules. */
export function mintingFolders(): readonly { readonly name: string; readonly modules: RegExp }[] {
  return folders.map(([name, { modules }]) => ({ name, modules }))
}

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
  for (const [name, library] of folders) {
    if (!inner.startsWith(name) || inner[name.length] !== '/') continue
    const file = inner.slice(name.length + 1)
    const names = library.exportsOf(file)
    return names.length === 0 ? undefined : { library, file, names }
  }
  return undefined
}
