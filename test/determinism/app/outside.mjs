// What is not controlled: the operating system's, and other threads' and processes'.
import { execFile } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'

export const routes = {
  '/outside/pid': () => process.pid,
  // The same on this machine, and not on another.
  '/outside/hostname': () => [os.hostname(), process.pid],
  '/outside/file-time': () => {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'retake-time-')), 'file')
    fs.writeFileSync(file, '')
    const { mtimeMs } = fs.statSync(file)
    fs.rmSync(path.dirname(file), { recursive: true })
    return mtimeMs
  },
  '/outside/folder': () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retake-folder-'))
    fs.rmdirSync(folder)
    return path.basename(folder)
  },
  '/outside/child': async () => (await promisify(execFile)(process.execPath, ['-p', 'Math.random()'])).stdout,
  '/outside/worker': () =>
    new Promise((resolve, reject) => {
      new Worker('require("node:worker_threads").parentPort.postMessage(Math.random())', { eval: true })
        .on('message', resolve)
        .on('error', reject)
    }),
}
