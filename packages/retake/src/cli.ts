import { runCommandLine } from '@retake/cli'

// Built, this file lies beside the preload that the commands start apps with.
void runCommandLine(new URL('./register.js', import.meta.url))
