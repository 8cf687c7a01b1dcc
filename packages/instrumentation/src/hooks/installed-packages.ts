import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Where the app looks for its packages: from its entry file, and from where it was started. */
function startingFolders(): readonly string[] {
  const entry = process.argv[1]
  return entry === undefined ? [process.cwd()] : [dirname(realEntry(entry)), process.cwd()]
}

function realEntry(entry: string): string {
  try {
    return createRequire(join(process.cwd(), 'x.js')).resolve(entry)
  } catch {
    return entry
  }
}

/** Whether a package is installed for the app, found by the rule of node_modules: some existence checks, no reading. */
export function isInstalledForApp(name: string): boolean {
  const seen = new Set<string>()
  for (const start of startingFolders()) {
    for (let folder = start; !seen.has(folder); folder = dirname(folder)) {
      seen.add(folder)
      if (existsSync(join(folder, 'node_modules', name, 'package.json')) || existsSync(join(folder, 'node_modules', '.pnpm', 'node_modules', name, 'package.json'))) {
        return true
      }
    }
  }
  return false
}
