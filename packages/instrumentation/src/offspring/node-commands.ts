import fs from 'node:fs'
import path from 'node:path'

/** Programs that are run by the `node` of the path. */
const onNode = new Set(['node', 'npm', 'npx', 'pnpm', 'pnpx', 'yarn', 'corepack', 'tsx', 'ts-node'])
const shells = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh', 'ash'])

/**
 * Whether a command runs on the very Node.js that runs us, by itself or by a shell: to any other program variables for Node
 * mean nothing, and another release may refuse them.
 * @param file Program, as it is given to the operating system.
 * @param args With the program's own name before them.
 * @param searched `PATH` of the child.
 */
export function runsOnThisNode(file: string, args: readonly string[], searched: string | undefined): boolean {
  if (file === process.execPath) return true
  const name = path.basename(file).replace(/\.exe$/, '')
  if (name === 'node' && file.includes('/')) return isThisNode(file)
  if (shells.has(name)) return args.includes('-c') && namesNode(args[args.indexOf('-c') + 1] ?? '') && nodeOfPathIsThis(searched)
  if (onNode.has(name)) return nodeOfPathIsThis(searched)
  return file.includes('/') && isNodeScript(file) && nodeOfPathIsThis(searched)
}

/** A shell's command line: a program that runs on Node stands somewhere in it as a word. */
function namesNode(line: string): boolean {
  return line.split(/[\s;&|()"'`]+/).some((word) => onNode.has(path.basename(word)) || word === process.execPath)
}

function nodeOfPathIsThis(searched: string | undefined): boolean {
  const folder = (searched ?? '').split(path.delimiter).find((each) => each !== '' && fs.existsSync(path.join(each, 'node')))
  return folder !== undefined && isThisNode(path.join(folder, 'node'))
}

function isThisNode(file: string): boolean {
  try {
    return fs.realpathSync(file) === fs.realpathSync(process.execPath)
  } catch {
    // Not there, or not for us: the child will find out.
    return false
  }
}

/** `#!/usr/bin/env node` */
function isNodeScript(file: string): boolean {
  const head = Buffer.alloc(64)
  try {
    const descriptor = fs.openSync(file, 'r')
    try {
      fs.readSync(descriptor, head, 0, head.length, 0)
    } finally {
      fs.closeSync(descriptor)
    }
  } catch {
    return false
  }
  return /^#!.*\bnode\b/.test(head.toString('latin1').split('\n', 1)[0] ?? '')
}
