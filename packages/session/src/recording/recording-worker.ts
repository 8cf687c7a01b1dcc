import os from 'node:os'
import { workerData } from 'node:worker_threads'
import { RetakeError } from '@retake/core'
import { control, workerStates } from '../ring/ring-layout.ts'
import { RingReader } from '../ring/ring-reader.ts'
import { EventInterpreter } from './event-interpreter.ts'
import type { RecordingNews, RecordingOrder } from './recorder.ts'
import { roomForTakes } from './take-memory.ts'
import { TakeWriting } from './take-writing.ts'

/** How often the ring is emptied, in ms: with the writer's own batching this bounds what a SIGKILL can lose. */
const drainEveryMs = 20

/** The recording worker: empties the ring, puts takes together, and has them written. */
function work(order: RecordingOrder): void {
  const words = new Int32Array(order.memory.control)
  const tell = (news: RecordingNews): void => order.news.postMessage(news)
  const reader = new RingReader(order.memory)
  let writing: TakeWriting | undefined
  let interpreter: EventInterpreter

  // The worker's clock starts later than the main thread's; takes are told in the main thread's time.
  const ahead = performance.timeOrigin - order.timeOrigin

  const turn = (final: boolean): void => {
    reader.drain((event) => interpreter.interpret(event))
    writing?.write(performance.now() + ahead, final)
    interpreter.forget()
  }

  const answerFlush = (): void => {
    const asked = Atomics.load(words, control.flushAsked)
    if (asked === Atomics.load(words, control.flushed)) return
    const closing = Atomics.load(words, control.closeAsked) === 1
    turn(closing)
    if (closing) {
      clearInterval(timer)
      writing?.close()
      if (writing !== undefined) tell({ type: 'counts', counts: writing.counts })
      Atomics.store(words, control.workerState, workerStates.closed)
    }
    Atomics.store(words, control.flushed, asked)
    Atomics.notify(words, control.flushed)
  }

  const guarded = (run: () => void): void => {
    try {
      run()
    } catch (error) {
      clearInterval(timer)
      if (writing !== undefined) tell({ type: 'counts', counts: writing.counts })
      const code = error instanceof RetakeError ? error.code : 'RETAKE_RECORDER_FAILED'
      tell({ type: 'failed', code, message: error instanceof Error ? (error.stack ?? error.message) : String(error) })
      Atomics.store(words, control.workerState, workerStates.failed)
      Atomics.notify(words, control.flushed)
    }
  }

  yieldToTheApp()
  let timer: ReturnType<typeof setInterval> | undefined
  guarded(() => {
    interpreter = new EventInterpreter(order.process.id, roomForTakes(order.memory.slabs.byteLength), (...fact) => writing?.fact(...fact))
    writing = new TakeWriting(order, interpreter, tell)
    Atomics.store(words, control.workerState, workerStates.running)
    timer = setInterval(() => guarded(() => turn(false)), drainEveryMs)
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
  if (process.platform === 'linux') os.setPriority(0, 5)
}

/** Runs in the worker's thread. */
export function runRecordingWorker(): void {
  work((workerData as { readonly retake: RecordingOrder }).retake)
}
