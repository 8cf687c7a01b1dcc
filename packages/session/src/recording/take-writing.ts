import { CassetteWriter } from '@retake/cassette'
import { RetakeError } from '@retake/core'
import type { FieldRedactor, FieldValue, HttpResponse, Interaction, Segment, SessionHeader, Take, Trigger } from '@retake/core'
import { recordedResponse, redactRequest } from '@retake/protocols'
import { createRedactor, type Redactor } from '@retake/redaction'
import { callForms, redactCall, redactInteraction } from '../call-forms.ts'
import { withCleanSpans } from './clean-spans.ts'
import { recordedKey, triggerKey } from '../keys.ts'
import { drawFacts } from '../secrets/draw-policy.ts'
import { withFollowedHashes } from '../secrets/followed-hashes.ts'
import { createMask } from '../secrets/mask.ts'
import type { RecordedDraws, SealBytes } from '../secrets/recorded-draws.ts'
import { redactArguments } from '../secrets/redact-arguments.ts'
import { redactionRules } from '../settings/redact-settings.ts'
import { Sealer, sealedFacts } from '../secrets/sealing.ts'
import { substituteData, withSubstitution } from '../secrets/substitute.ts'
import { sessionHeader } from '../session-header.ts'
import type { EventInterpreter } from './event-interpreter.ts'
import type { RecordingCounts, RecordingNews, RecordingOrder } from './recorder.ts'
import type { TakeAssembly } from './take-assembly.ts'

/** A take whose response was sent is written when nothing has happened in it for this long, in ms. */
const settleMs = 15
/** Calls that go on after the response hold a take back for this long, in ms; then they become increments. */
const patienceMs = 1000

interface Output {
  readonly writer: CassetteWriter
  readonly redactor: Redactor
  /** The redactor, which sees drawn values in compressed bodies, too. */
  readonly cleaner: FieldRedactor
  readonly seal: SealBytes | undefined
}

/** Decides when a take is written, redacts it, and hands it to its cassette. */
export class TakeWriting {
  readonly #order: RecordingOrder
  readonly #interpreter: EventInterpreter
  readonly #drawn: RecordedDraws
  readonly #header: SessionHeader
  readonly #tell: (news: RecordingNews) => void
  readonly #toTell: RecordingNews[] = []
  readonly #mask: Redactor
  readonly #main: Output | undefined
  /** Facts about targets, for the cassettes of tests: each is complete in itself. */
  readonly #facts: Map<string, readonly [protocol: string, target: string, name: string, value: FieldValue]> = new Map()
  #takes = 0
  #draws = 0

  constructor(order: RecordingOrder, interpreter: EventInterpreter, drawn: RecordedDraws, tell: (news: RecordingNews) => void) {
    this.#order = order
    this.#drawn = drawn
    this.#header = sessionHeader(order.process)
    this.#interpreter = interpreter
    this.#tell = tell
    this.#mask = createMask(order.redact)
    this.#main = order.place === '' ? undefined : this.#open(order.place)
  }

  get counts(): RecordingCounts {
    return {
      takes: this.#takes,
      interactions: { ...this.#interpreter.interactions },
      draws: this.#draws,
      dropped: this.#interpreter.dropped,
    }
  }

  fact(protocol: string, target: string, name: string, value: FieldValue): void {
    this.#facts.set(`${protocol}\n${target}\n${name}`, [protocol, target, name, value])
    this.#main?.writer.fact(protocol, target, name, value)
  }

  /**
   * Writes what is ready.
   * @param now ms on the main thread's monotonic clock.
   * @param final Everything is, whether it is complete or not.
   */
  write(now: number, final: boolean): void {
    const { active } = this.#interpreter
    for (const take of active) {
      if (take.dropped) this.#droppedTest(take)
      else if (take.written) this.#increment(take, final)
      else if (take.trigger.kind === 'http' && this.#ready(take, now, final)) this.#whole(take, this.#main)
      // One that the end of the process cut off is none.
      else if (take.trigger.kind === 'background' && !take.didNothing && this.#ready(take, now, false)) this.#whole(take, this.#main)
      else if (take.trigger.kind === 'test' && take.ended) this.#test(take, take.trigger)
      // A request that was still being answered when the recording ended is not a whole take.
      else if (take.trigger.kind === 'http' && final) this.#interpreter.drop(take)
      if (isSettled(take)) active.delete(take)
    }
    this.#mainTake(final)
    this.#main?.writer.flush()
    // A take is told of when it is in the hands of the operating system: nothing that a person has seen can be lost.
    for (const news of this.#toTell.splice(0)) this.#tell(news)
  }

  close(): void {
    this.#main?.writer.close(this.counts)
  }

  #open(place: string): Output {
    const { redactionKey, redact, passphrase } = this.#order
    const rules = redactionRules(redact)
    const argv = redactArguments(this.#header.argv, createRedactor({ key: redactionKey, rules }))
    const writer = CassetteWriter.create(place, { ...this.#header, argv })
    const sealer =
      passphrase === undefined
        ? undefined
        : new Sealer(passphrase, this.#header.id, (name, value) => writer.fact(sealedFacts, this.#header.id, name, value))
    for (const [source, policy] of Object.entries(this.#order.draws))
      if (policy !== 'value') writer.fact(drawFacts, this.#header.id, source, policy)
    const redactor = createRedactor({
      key: redactionKey,
      isFirst: true,
      rules,
      ...(sealer === undefined ? {} : { onReplaced: (placeholder, secret) => sealer.keep(placeholder, secret) }),
      parts: (secret) => this.#drawn.partsOf(secret),
    })
    return {
      writer,
      redactor,
      cleaner: this.#drawn.isIdle ? redactor : withSubstitution(redactor, this.#drawn.substitution),
      seal: sealer && ((plain, name) => sealer.seal(plain, name)),
    }
  }

  /** Keys by which the calls of a take are found again. */
  #keys(interactions: readonly Interaction[]): string[] {
    const forms = callForms(this.#order.match)
    return interactions.map(({ call }) => recordedKey(redactCall(call, this.#mask), forms))
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
    const whole = output === undefined ? undefined : this.#safeWhole(take, output)
    if (take.dropped) return
    this.#draws += take.draws
    this.#takes++
    if (output === undefined || redactor === undefined || whole === undefined) return
    const { interactions, trigger } = whole
    const redactions = difference(redactor.counts, before)
    output.writer.append(
      { ...whole, ...(Object.keys(redactions).length === 0 ? {} : { redactions }) },
      { ...(trigger.kind === 'http' ? { trigger: triggerKey(trigger.request, this.#mask) } : {}), calls: this.#keys(interactions) },
    )
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

  /**
   * @returns `undefined` for a take that was dropped: what cannot be looked through for secrets is not written, and does not
   *   stop the recording of others.
   */
  #safeWhole(take: TakeAssembly, output: Output): Take | undefined {
    try {
      return this.#safe(
        withCleanSpans(take.whole(this.#trigger(take, output), this.#order.timeOrigin), output.redactor),
        output,
        take.id,
        'whole',
      )
    } catch (error) {
      if (take.trigger.kind === 'test' || error instanceof RetakeError) throw error
      this.#interpreter.discard(take)
      return undefined
    }
  }

  /** What is said in a record without its secrets. */
  #safe<Data extends Recorded>(record: Data, output: Output, take: string, of: 'whole' | 'part'): Data {
    const interactions = record.interactions.flatMap((interaction) => this.#redacted(interaction, output, of))
    const safe = this.#drawn.safe({ trigger: record.trigger, interactions, segments: record.segments }, output.seal, take)
    const spans = record.spans === undefined ? {} : { spans: substituteData(record.spans, this.#drawn.substitution) }
    return { ...record, interactions: safe.interactions, segments: safe.segments, ...(safe.trigger && { trigger: safe.trigger }), ...spans }
  }

  /** Of a part that is written anyway (`main`, what came after the response) only what cannot be looked through is left out, and counted. */
  #redacted(interaction: Interaction, { cleaner }: Output, of: 'whole' | 'part'): readonly Interaction[] {
    try {
      return [redactInteraction(interaction, cleaner)]
    } catch (error) {
      if (of === 'whole') throw error
      this.#interpreter.dropped++
      return []
    }
  }

  #trigger(take: TakeAssembly, { cleaner }: Output): Trigger {
    if (take.trigger.kind === 'test') return { kind: 'test', name: take.trigger.name, outcome: 'passed' }
    if (take.trigger.kind === 'background') {
      const { name, interval } = take.trigger
      // It may be a line of the app's source, with whatever stands there.
      return { kind: 'background', name: cleaner.text(name), ...(interval === undefined ? {} : { interval }) }
    }
    if (take.trigger.kind === 'process') {
      const { listened, exitCode } = this.#interpreter
      return { kind: 'process', process: listened ? 'server' : 'script', ...(exitCode === undefined ? {} : { exitCode }) }
    }
    const { exchange } = take.trigger
    const request = exchange.request
    const read = (redactor: FieldRedactor): HttpResponse | undefined =>
      recordedResponse(exchange.responseBytes, request.method, take.aborted, redactor)
    const response = this.#drawn.isIdle ? read(cleaner) : withFollowedHashes(read, cleaner, this.#drawn.substitution)
    return { kind: 'http', request: redactRequest(request, cleaner), response }
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
      const whole = withCleanSpans(main.whole(this.#trigger(main, output), this.#order.timeOrigin), output.redactor)
      const safe = this.#safe(whole, output, main.id, 'part')
      output.writer.append(safe, { calls: this.#keys(safe.interactions) })
    }
    if (final) this.#draws += main.draws
    const trigger = final ? this.#trigger(main, output) : undefined
    this.#append(main, output, main.changedInteractions(final), main.newSegments(), trigger)
  }

  #append(take: TakeAssembly, output: Output, found: readonly Interaction[], segments: readonly Segment[], trigger?: Trigger): void {
    const spans = withCleanSpans(take.newSpans(), output.redactor)
    if (found.length === 0 && segments.length === 0 && trigger === undefined && Object.keys(spans).length === 0) return
    const increment = { interactions: found, segments, durationMs: take.lastActivity - take.began, ...(trigger && { trigger }), ...spans }
    const safe = this.#safe(increment, output, take.id, 'part')
    output.writer.increment(take.id, safe, { calls: this.#keys(safe.interactions) })
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

/** A take, or an increment of one. */
type Recorded = Pick<Take, 'interactions' | 'segments' | 'spans'> & { readonly trigger?: Trigger }

function difference(after: { readonly [name: string]: number }, before: { readonly [name: string]: number }): { [name: string]: number } {
  const changed: { [name: string]: number } = {}
  for (const [name, count] of Object.entries(after)) if (count !== (before[name] ?? 0)) changed[name] = count - (before[name] ?? 0)
  return changed
}
