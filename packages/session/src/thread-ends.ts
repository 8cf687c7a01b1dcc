import { primordials, shared } from '@retake/core'

/**
 * A thread that is terminated runs no code any more, and its recording would end in the middle. So whoever terminates it asks
 * first, through memory that both share: no message that the app could see, and a thread that waits for events hears it.
 */
export type ThreadEnd = Int32Array

const states = { starting: 0, recording: 1, asked: 2, heard: 3, ended: 4 } as const

/** A thread in a loop that never ends does not hear that it shall: nobody waits for it any longer than this, in ms. */
const hearingMs = 250
/** How long one that has heard may take to write what it has recorded, in ms. */
const writingMs = 5000

/** Recording threads that this thread has started. */
const started: Set<ThreadEnd> = shared('thread-ends', () => new Set())

/** For a thread that is about to be made. */
export function createThreadEnd(): ThreadEnd {
  const end = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  started.add(end)
  return end
}

/** A thread that is asked to end does nothing more; it is terminated in the meantime. In ms. */
const lastRestMs = 1000

/** In the thread: calls `run` when it is asked to end, for the first time. */
export function endWhenAsked(end: ThreadEnd, run: () => void): void {
  Atomics.store(end, 0, states.recording)
  const asked = Atomics.waitAsync(end, 0, states.recording)
  const answer = (): void => {
    if (Atomics.compareExchange(end, 0, states.asked, states.heard) !== states.asked) return
    Atomics.notify(end, 0)
    run()
    hasEnded(end)
    // Without us it would not come to what it does next, such as to end by itself with another exit code.
    Atomics.wait(end, 0, states.ended, lastRestMs)
  }
  if (asked.async) void asked.value.then(answer)
  else answer()
}

/** In the thread: everything is written. */
export function hasEnded(end: ThreadEnd): void {
  Atomics.store(end, 0, states.ended)
  Atomics.notify(end, 0)
}

/**
 * Asks a thread to end its recording.
 * @returns Settles when it has; `undefined` when there is nothing to wait for.
 */
export function threadEnded(end: ThreadEnd): Promise<unknown> | undefined {
  started.delete(end)
  return ask(end) ? ended(end) : undefined
}

async function ended(end: ThreadEnd): Promise<void> {
  await Atomics.waitAsync(end, 0, states.asked, hearingMs).value
  await Atomics.waitAsync(end, 0, states.heard, writingMs).value
}

/** The process ends, and its threads with it. Blocks. */
export function endThreads(): void {
  const asked = [...started].filter(ask)
  const now = primordials.performanceNow
  const heardBy = now() + hearingMs
  const writtenBy = now() + writingMs
  for (const end of asked) Atomics.wait(end, 0, states.asked, Math.max(0, heardBy - now()))
  for (const end of asked) Atomics.wait(end, 0, states.heard, Math.max(0, writtenBy - now()))
}

function ask(end: ThreadEnd): boolean {
  if (Atomics.compareExchange(end, 0, states.recording, states.asked) !== states.recording) return false
  Atomics.notify(end, 0)
  return true
}
