import { setPriority } from 'node:os'
import { type MessagePort, workerData } from 'node:worker_threads'
import { muted } from '@retake/core'
import { MainHooks } from '../hooks/main-hooks.ts'
import type { SaveHook } from '../hooks/save-hook.ts'
import { control, workerStates } from '../ring/ring-layout.ts'
import type { RecordingNews, RecordingOrder } from './recorder.ts'
import { failureNews, RingRecording } from './ring-recording.ts'

/** How often the ring is emptied, in ms: with the writer's own batching this bounds what a SIGKILL can lose. */
const drainEveryMs = 20

/** What the worker's thread gets when it starts. */
export interface WorkerOrder extends RecordingOrder {
  /** Where it tells its news. */
  readonly news: MessagePort
}

/** The recording worker: empties the ring, puts takes together, and has them written. */
function work(order: WorkerOrder): void {
  const words = new Int32Array(order.memory.control)
  const tell = (news: RecordingNews): void => order.news.postMessage(news)
  let recording: RingRecording | undefined

  const answerFlush = (): void => {
    const asked = Atomics.load(words, control.flushAsked)
    if (asked === Atomics.load(words, control.flushed)) return
    if (Atomics.load(words, control.closeAsked) === 1) {
      clearInterval(timer)
      recording?.close()
      Atomics.store(words, control.workerState, workerStates.closed)
    } else recording?.turn('flush')
    Atomics.store(words, control.flushed, asked)
    Atomics.notify(words, control.flushed)
  }

  const guarded = (run: () => void): void => {
    try {
      run()
    } catch (error) {
      clearInterval(timer)
      recording?.tellCounts()
      tell(failureNews(error))
      Atomics.store(words, control.workerState, workerStates.failed)
      Atomics.notify(words, control.flushed)
    }
  }

  // The process may have come to its end meanwhile, and done the work itself.
  if (Atomics.compareExchange(words, control.workerState, workerStates.starting, workerStates.running) !== workerStates.starting) return
  yieldToTheApp()
  let timer: ReturnType<typeof setInterval> | undefined
  guarded(() => {
    const hooks = new MainHooks(order.news, words)
    recording = new RingRecording(order, tell, (subject, take) => hooks.run(subject, take))
    timer = setInterval(() => guarded(() => recording?.turn('usual')), drainEveryMs)
    const awaitFlush = (): void => {
      guarded(answerFlush)
      if (Atomics.load(words, control.workerState) !== workerStates.running) return
      // Main raises the word and notifies; a waitAsync does not keep a thread alive, the interval above does.
      const wait = Atomics.waitAsync(words, control.flushAsked, Atomics.load(words, control.flushed))
      if (wait.async) void wait.value.then(awaitFlush)
      else setImmediate(awaitFlush)
    }
    awaitFlush()
  })
}

/**
 * Where all cores are busy the app's threads go first: the ring waits. On Linux the priority is each thread's own
 * (setpriority(2), "C library/kernel differences"); elsewhere it would be the whole process's.
 */
function yieldToTheApp(): void {
  if (process.platform === 'linux') setPriority(0, 5)
}

/** Runs in the worker's thread. */
export function runRecordingWorker(): void {
  work((workerData as { readonly retake: WorkerOrder }).retake)
}

/**
 * Does the worker's work in one go, in the thread that recorded: for a process that ends before its worker is there.
 * @returns Whether it succeeded; else the last news says why it did not.
 */
export function recordHere(order: RecordingOrder, tell: (news: RecordingNews) => void, hook: SaveHook): boolean {
  return muted(() => {
    let recording: RingRecording | undefined
    try {
      recording = new RingRecording(order, tell, hook)
      recording.close()
      return true
    } catch (error) {
      recording?.tellCounts()
      tell(failureNews(error))
      return false
    }
  })
}
