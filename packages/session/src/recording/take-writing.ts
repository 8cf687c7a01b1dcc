import { CassetteWriter } from '@retake/cassette'
import type { FieldValue, Interaction, Segment, SessionHeader, Trigger } from '@retake/core'
import { redactRequest } from '@retake/protocols'
import { createRedactor } from '@retake/redaction'
import { callForms } from '../call-forms.ts'
import { withCleanSpans } from './clean-spans.ts'
import { Clean, type Cleaners, type CleaningParts, TakeCleaning } from './take-cleaning.ts'
import { drawFacts } from '../secrets/draw-policy.ts'
import { createMask } from '../secrets/mask.ts'
import { TakeKeying } from '../rewriting/take-keys.ts'
import type { RecordedDraws } from '../secrets/recorded-draws.ts'
import { PlaceholderList } from '../secrets/known-placeholders.ts'
import { redactArguments } from '../secrets/redact-arguments.ts'
import { withProtobuf } from '../protobuf/with-protobuf.ts'
import { redactionRules } from '../settings/redact-settings.ts'
import { Sealer, sealedFacts } from '../secrets/sealing.ts'
import { withSubstitution } from '../secrets/substitute.ts'
import { sessionHeader } from '../session-header.ts'
import type { EventInterpreter } from './event-interpreter.ts'
import type { RecordingCounts, RecordingNews, RecordingOrder } from './recorder.ts'
import type { TakeAssembly } from './take-assembly.ts'

/** A take whose response was sent is written when nothing has happened in it for this long, in ms. */
const settleMs = 15
/** Calls that go on after the response hold a take back for this long, in ms; then they become increments. */
const patienceMs = 1000

/**
 * Where takes come quickly, a batch waits so long for more, in ms, since compressing it costs nearly the same for one take as for
 * many. With `settleMs` and the turns of the worker it is what a SIGKILL can lose.
 */
const batchMs = 30
/** Takes of one turn of the worker that are quick: some 500 in a second. */
const quick = 10

/** Why takes are written: because it is time to look, because somebody waits for it, or because the recording ends. */
export type WritingTurn = 'usual' | 'flush' | 'final'

interface Output extends Cleaners {
  readonly writer: CassetteWriter
}

/** Decides when a take is written, redacts it, and hands it to its cassette. */
export class TakeWriting {
  readonly #order: RecordingOrder
  readonly #interpreter: EventInterpreter
  readonly #drawn: RecordedDraws
  readonly #header: SessionHeader
  readonly #tell: (news: RecordingNews) => void
  readonly #toTell: RecordingNews[] = []
  readonly #keying: TakeKeying
  readonly #cleaning: TakeCleaning
  readonly #main: Output | undefined
  /** Facts about targets, for the cassettes of tests: each is complete in itself. */
  readonly #facts: Map<string, readonly [protocol: string, target: string, name: string, value: FieldValue]> = new Map()
  #takes = 0
  #draws = 0
  #toldOfMemory = false
  /** When it was written last, ms on the main thread's monotonic clock. */
  #flushed = Number.NEGATIVE_INFINITY
  #unflushed = 0

  constructor(order: RecordingOrder, interpreter: EventInterpreter, { drawn, tell, mainHook }: CleaningParts) {
    this.#order = order
    this.#drawn = drawn
    this.#header = sessionHeader(order.process)
    this.#interpreter = interpreter
    this.#tell = tell
    this.#keying = new TakeKeying(createMask(order.redact), callForms(order.match))
    this.#cleaning = new TakeCleaning(order, interpreter, { drawn, tell, mainHook })
    this.#main = order.place === '' ? undefined : this.#open(order.place)
  }

  get counts(): RecordingCounts {
    return {
      takes: this.#takes,
      interactions: { ...this.#interpreter.interactions },
      draws: this.#draws,
      dropped: this.#interpreter.dropped,
      droppedForMemory: this.#interpreter.droppedForMemory,
      unanswered: this.#interpreter.unanswered,
    }
  }

  fact(protocol: string, target: string, name: string, value: FieldValue): void {
    this.#facts.set(`${protocol}\n${target}\n${name}`, [protocol, target, name, value])
    this.#main?.writer.fact(protocol, target, name, value)
  }

  /**
   * Writes what is ready.
   * @param now ms on the main thread's monotonic clock.
   * @param turn In the final one everything is ready, whether it is complete or not.
   * @param hear Takes what has been told meanwhile: a large take takes long, and the ring shall not overflow for it.
   */
  write(now: number, turn: WritingTurn, hear: () => void = () => undefined): void {
    const final = turn === 'final'
    const { active } = this.#interpreter
    // Those of now: what is heard meanwhile has its turn the next time.
    const waiting = Array.from(active)
    for (const take of waiting) {
      hear()
      if (take.dropped) this.#droppedTest(take)
      else if (take.written) this.#increment(take, final)
      else if (take.trigger.kind === 'http' && this.#ready(take, now, final)) this.#whole(take, this.#main)
      // One that the end of the process cut off is none.
      else if (take.trigger.kind === 'background' && !take.didNothing && this.#ready(take, now, false)) this.#whole(take, this.#main)
      else if (take.trigger.kind === 'test' && take.ended) this.#test(take, take.trigger)
      // A request that was still being answered when the recording ended is not a whole take.
      else if (take.trigger.kind === 'http' && final) this.#interpreter.dropUnanswered(take)
      if (isSettled(take)) active.delete(take)
    }
    this.#mainTake(final)
    this.#tellOfMemory()
    if (turn === 'usual' && this.#unflushed >= quick && now - this.#flushed < batchMs) return
    this.#flushed = now
    this.#unflushed = 0
    this.#main?.writer.flush()
    // A take is told of when it is in the hands of the operating system: nothing that a person has seen can be lost.
    for (const news of this.#toTell.splice(0)) this.#tell(news)
  }

  close(): void {
    this.#main?.writer.close(this.counts)
  }

  /** Of the first take that does not fit; the others are only counted. */
  #tellOfMemory(): void {
    const first = this.#interpreter.firstTooLarge
    if (this.#toldOfMemory || first === undefined) return
    this.#toldOfMemory = true
    const { trigger } = first.take
    const redactor = this.#main?.redactor
    const what =
      trigger.kind === 'http' && redactor !== undefined
        ? `${trigger.exchange.method} ${redactRequest({ ...trigger.exchange.request, body: new Uint8Array() }, redactor).target}`
        : 'A take'
    this.#tell({ type: 'crowded', what, held: first.held })
  }

  #open(place: string): Output {
    const { redactionKey, redact, passphrase } = this.#order
    const rules = redactionRules(redact)
    const inArguments: string[] = []
    const fresh = withProtobuf(
      createRedactor({
        key: redactionKey,
        rules,
        isKnown: () => false,
        onReplaced: (placeholder) => inArguments.push(placeholder),
      }),
      redact.protobuf,
    )
    const argv = redactArguments(this.#header.argv, fresh)
    const writer = CassetteWriter.create(place, { ...this.#header, argv })
    const sealer =
      passphrase === undefined
        ? undefined
        : new Sealer(passphrase, this.#header.id, (name, value) => writer.fact(sealedFacts, this.#header.id, name, value))
    for (const [source, policy] of Object.entries(this.#order.draws))
      if (policy !== 'value') writer.fact(drawFacts, this.#header.id, source, policy)
    const list = new PlaceholderList(this.#header.id, (...fact) => writer.fact(...fact), true)
    for (const placeholder of inArguments) list.add(placeholder)
    const redactor = createRedactor({
      key: redactionKey,
      isKnown: () => false,
      rules,
      onReplaced: (placeholder, secret) => {
        sealer?.keep(placeholder, secret)
        list.add(placeholder)
      },
      parts: (secret) => this.#drawn.partsOf(secret),
    })
    return {
      writer,
      redactor,
      clean: new Clean(),
      cleaner: this.#drawn.isIdle ? redactor : withSubstitution(redactor, this.#drawn.substitution),
      seal: sealer && ((plain, name) => sealer.seal(plain, name)),
    }
  }

  #ready(take: TakeAssembly, now: number, final: boolean): boolean {
    if (!take.ended) return false
    if (final) return true
    return take.open === 0 ? now - take.lastActivity >= settleMs : now - take.endedAt >= patienceMs
  }

  #whole(take: TakeAssembly, output: Output | undefined): void {
    take.written = true
    const redactor = output?.redactor
    const before = { ...redactor?.counts }
    const whole = output === undefined ? undefined : this.#cleaning.whole(take, output)
    if (take.dropped) return
    this.#draws += take.draws
    this.#takes++
    if (output === undefined || redactor === undefined || whole === undefined) return
    const { interactions, trigger } = whole
    const redactions = difference(redactor.counts, before)
    this.#unflushed++
    output.writer.append({ ...whole, ...(Object.keys(redactions).length === 0 ? {} : { redactions }) }, this.#keying.ofTake(whole))
    if (trigger.kind !== 'http' || !this.#order.tellsTakes) return
    this.#toTell.push({
      type: 'recorded',
      take: take.id,
      method: trigger.request.method,
      target: trigger.request.target,
      status: trigger.response?.status ?? 0,
      calls: interactions.length,
      durationMs: whole.durationMs,
    })
  }

  #increment(take: TakeAssembly, final: boolean): void {
    const output = this.#main
    if (output === undefined || (take.trigger.kind !== 'http' && take.trigger.kind !== 'background')) return
    this.#append(take, output, take.changedInteractions(final), take.newSegments())
  }

  /** `main` is written as soon as something happened in it, and grows by increments. */
  #mainTake(final: boolean): void {
    const output = this.#main
    if (output === undefined) return
    const main = this.#interpreter.main
    if (!main.written) {
      main.written = true
      const trigger = this.#cleaning.trigger(main, output)
      const whole = withCleanSpans(main.whole(trigger, this.#order.timeOrigin), output.redactor)
      const safe = this.#cleaning.part(whole, main, output)
      output.writer.append(safe, { calls: this.#keying.ofCalls(safe.interactions) })
    }
    if (final) this.#draws += main.draws
    const trigger = final ? this.#cleaning.trigger(main, output) : undefined
    this.#append(main, output, main.changedInteractions(final), main.newSegments(), trigger)
  }

  #append(take: TakeAssembly, output: Output, found: readonly Interaction[], segments: readonly Segment[], trigger?: Trigger): void {
    const spans = withCleanSpans(take.newSpans(), output.redactor)
    if (found.length === 0 && segments.length === 0 && trigger === undefined && Object.keys(spans).length === 0) return
    const increment = { interactions: found, segments, durationMs: take.lastActivity - take.began, ...(trigger && { trigger }), ...spans }
    const safe = this.#cleaning.part(increment, take, output)
    output.writer.increment(take.id, safe, { calls: this.#keying.ofCalls(safe.interactions) })
  }

  /** A test must know that its cassette will not be there. */
  #droppedTest(take: TakeAssembly): void {
    if (take.trigger.kind !== 'test' || !take.ended || take.written) return
    take.written = true
    const message = `The test ${JSON.stringify(take.trigger.name)} took in more than there is room for while it is recorded.\n  → Raise \`memoryMiB\`.`
    this.#tell({ type: 'test-written', take: take.number, error: { code: 'RETAKE_RECORDER_FAILED', message } })
  }

  #test(take: TakeAssembly, trigger: { readonly name: string; readonly place: string }): void {
    try {
      const output = this.#open(trigger.place)
      for (const fact of this.#facts.values()) output.writer.fact(...fact)
      this.#whole(take, output)
      output.writer.close({ takes: 1, interactions: {}, draws: take.draws, dropped: 0 })
      this.#tell({ type: 'test-written', take: take.number })
    } catch (error) {
      take.written = true
      const { code = 'RETAKE_RECORDER_FAILED', message } = error as { code?: string; message: string }
      this.#tell({ type: 'test-written', take: take.number, error: { code, message } })
    }
  }
}

/** Whether nothing of it has to be written until something is heard of it again. */
function isSettled(take: TakeAssembly): boolean {
  if (take.dropped) return take.written || take.trigger.kind !== 'test'
  return take.didNothing || (take.written && take.open === 0)
}

function difference(after: { readonly [name: string]: number }, before: { readonly [name: string]: number }): { [name: string]: number } {
  const changed: { [name: string]: number } = {}
  for (const [name, count] of Object.entries(after)) if (count !== (before[name] ?? 0)) changed[name] = count - (before[name] ?? 0)
  return changed
}
