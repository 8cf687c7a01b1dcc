import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Entry that an app is started with; built by `npm run build`. */
export const register = fileURLToPath(new URL('../packages/retake/dist/register.js', import.meta.url))
export const retakeIsBuilt = existsSync(register)

export const here = (url, path) => fileURLToPath(new URL(path, url))

export function median(figures) {
  const sorted = figures.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The variants in an order that moves on by one each round, so that none always comes first. */
export function rotated(list, round) {
  const shift = round % list.length
  return [...list.slice(shift), ...list.slice(0, shift)]
}

/** Starts a script that answers messages over IPC, and waits for its first message. */
export async function startChild(path, { execArgv = [], env = {}, args = [] } = {}) {
  const child = fork(path, args, {
    execArgv,
    env: { ...process.env, RETAKE_MODE: '', NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const failed = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${path} ended with ${code}`)))
  failed.catch(() => {})
  const [ready] = await Promise.race([once(child, 'message'), failed])
  return {
    ready,
    async ask(message) {
      child.send(message)
      const [answer] = await Promise.race([once(child, 'message'), failed])
      return answer
    },
    async stop() {
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

/**
 * Runs a script to its end and gives the one message that it sends, with the time between its `start` and `stop` marks as
 * `ms`: taken here, since a child that replays has the clock of its recording.
 */
export async function runChild(path, options = {}) {
  const { execArgv = [], env = {}, args = [] } = options
  const child = fork(path, args, {
    execArgv,
    env: { ...process.env, RETAKE_MODE: '', NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  let answer
  let ms = 0
  child.on('message', (message) => {
    if (message.clock === 'start') ms -= performance.now()
    else if (message.clock === 'stop') ms += performance.now()
    else answer = message
  })
  const [code] = await once(child, 'exit')
  if (answer === undefined) throw new Error(`${path} ${args.join(' ')} ended with ${code} and said nothing`)
  return { ms, ...answer }
}

/** Lines of a Markdown table, columns aligned. */
export function table(head, rows) {
  const all = [head, ...rows].map((row) => row.map(String))
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)))
  const line = (row) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(' | ')} |`
  return [
    line(all[0]),
    `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`,
    ...all.slice(1).map(line),
  ].join('\n')
}

export const times = (ratio) => `${ratio.toFixed(2)} ×`
export const verdict = (holds) => (holds ? 'holds' : 'missed')
