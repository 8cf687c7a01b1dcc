import { loadBundle } from './load-bundle.ts'

const commandLine = loadBundle<typeof import('./command-line.ts')>('command-line')
// Built, this file lies beside the preload that the commands start apps with.
void commandLine.exports.runCommandLine(new URL('./register.js', import.meta.url)).finally(() => commandLine.keepCode())
