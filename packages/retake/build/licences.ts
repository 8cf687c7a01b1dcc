import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Plugin } from 'rolldown'

/** Packages of others whose code is in a bundle, by their folders. */
const bundled: Set<string> = new Set()

/**
 * Writes down whose code is in the bundles, and under which licence: what is bundled is distributed, and most licences ask for their text.
 * @param file Written after each bundle; with the last one it is complete.
 */
export function licences(file: string): Plugin {
  return {
    name: 'licences',
    generateBundle(_options, bundle) {
      for (const output of Object.values(bundle)) {
        if (output.type !== 'chunk') continue
        for (const id of output.moduleIds) {
          const folder = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/.exec(id)?.[0]
          if (folder !== undefined) bundled.add(folder)
        }
      }
    },
    writeBundle() {
      writeFileSync(file, [...bundled].map(entryOf).sort().join('\n\n'))
    },
  }
}

function entryOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { [key: string]: string }
  const text = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  const whole =
    text === undefined || !existsSync(path.join(folder, text)) ? 'no licence' : readFileSync(path.join(folder, text), 'utf8').trim()
  return `${name} ${version} (${license})\n${'-'.repeat(60)}\n${whole}\n`
}
