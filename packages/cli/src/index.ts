export { runCommandLine } from './command-line.ts'
export { exitCodes, type ExitCode } from './exit-code.ts'
export { main } from './main.ts'
export type { EndingSignal, OutputStream, Surroundings } from './surroundings.ts'
