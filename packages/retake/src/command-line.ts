/** The commands. Internal: `cli` reaches it by file name. */
export { runCommandLine } from '@retake/cli'
