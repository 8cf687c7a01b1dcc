import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { RetakeError } from '@retake/core'
import { control } from '../ring/ring-layout.ts'
import type { HookSubject } from './apply-hook.ts'

/** What the worker asks the main thread to run `beforeSave` for. */
export interface HookQuestion {
  readonly type: 'hook'
  readonly take: string
  readonly subject: HookSubject
}

/** What came of it. */
export type HookAnswer =
  | { readonly kind: 'kept'; readonly subject: HookSubject }
  | { readonly kind: 'left-out' }
  | { readonly kind: 'failed'; readonly message: string }

/** How long the main thread may take, in ms: as long as a process may wait for its worker at its end. */
const patienceMs = 10_000

/**
 * The worker's way to a hook that lives on the main thread. It waits for each answer: what was recorded is not written before, and
 * what comes meanwhile is kept in the ring.
 */
export class MainHooks {
  readonly #port: MessagePort
  readonly #words: Int32Array

  constructor(port: MessagePort, words: Int32Array) {
    this.#port = port
    this.#words = words
  }

  /** @throws RetakeError `RETAKE_HOOK_FAILED`. */
  run<Subject extends HookSubject>(subject: Subject, take: string): Subject | undefined {
    const before = Atomics.load(this.#words, control.hooksAnswered)
    this.#port.postMessage({ type: 'hook', take, subject: compact(subject) } satisfies HookQuestion)
    // The main thread may be waiting for us.
    Atomics.notify(this.#words, control.flushed)
    if (Atomics.wait(this.#words, control.hooksAnswered, before, patienceMs) === 'timed-out') {
      throw new RetakeError('RETAKE_HOOK_FAILED', `\`beforeSave\` did not answer within ${patienceMs / 1000} s.`, {
        remedy: 'Put it into retake.config.mjs: there it runs in the recording worker, and the main thread need not be free.',
      })
    }
    const answer = receiveMessageOnPort(this.#port)?.message as HookAnswer
    if (answer.kind === 'failed') throw new RetakeError('RETAKE_HOOK_FAILED', answer.message)
    return answer.kind === 'left-out' ? undefined : (answer.subject as Subject)
  }
}

/** Without the memory around bytes, which would be copied with them. */
function compact<Data>(data: Data): Data {
  if (data instanceof Uint8Array) return new Uint8Array(data) as Data
  if (Array.isArray(data)) return data.map((member) => compact<unknown>(member)) as Data
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(Object.entries(data).map(([name, member]) => [name, compact<unknown>(member)])) as Data
}
