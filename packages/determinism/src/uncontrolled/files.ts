import type { KindOnRequest, PatchRegistry } from '@retake/core'
import { pathText, watch } from './watched.ts'

/** Times of files, which the file system keeps, and names of temporary folders where they are not among the draws. */
export function watchFiles(patches: PatchRegistry, drawn: ReadonlySet<KindOnRequest>): void {
  const fs = process.getBuiltinModule('node:fs')
  const firstPath = ([path]: readonly unknown[]): string => pathText(path)
  for (const holder of [fs, fs.promises]) {
    for (const name of ['stat', 'lstat', 'statSync', 'lstatSync']) watch(patches, holder, name, 'time of a file', firstPath)
    if (drawn.has('mkdtemp')) continue
    for (const name of ['mkdtemp', 'mkdtempSync']) watch(patches, holder, name, 'temporary folder', firstPath)
  }
}
