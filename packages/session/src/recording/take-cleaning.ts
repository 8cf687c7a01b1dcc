import {
  type Call,
  type FieldRedactor,
  type HttpRequest,
  type HttpResponse,
  type Interaction,
  Recent,
  RetakeError,
  type RetakeErrorCode,
  type Take,
  type Trigger,
} from '@retake/core'
import { type KnownClean, redactRequest, redactResponseMessage, RepeatedResponses } from '@retake/protocols'
import type { Redactor } from '@retake/redaction'
import { redactInteraction } from '../call-forms.ts'
import { withoutDeliveries } from '../hooks/left-out.ts'
import { type SaveHook, saveHook } from '../hooks/save-hook.ts'
import { withFollowedHashes } from '../secrets/followed-hashes.ts'
import type { RecordedDraws, SealBytes } from '../secrets/recorded-draws.ts'
import { substituteData } from '../secrets/substitute.ts'
import { withCleanSpans } from './clean-spans.ts'
import type { EventInterpreter } from './event-interpreter.ts'
import type { RecordingNews, RecordingOrder } from './recorder.ts'
import type { TakeAssembly } from './take-assembly.ts'
import type { TriggerAssembly } from './trigger-assembly.ts'

/** What takes the secrets out. */
export interface Cleaners {
  readonly redactor: Redactor
  /** The redactor, which sees drawn values in compressed bodies, too. */
  readonly cleaner: FieldRedactor
  /** Where it found nothing. */
  readonly clean: Clean
  readonly seal: SealBytes | undefined
}

/** Where a redactor found nothing. */
export class Clean implements KnownClean {
  readonly calls: WeakSet<Call> = new WeakSet()
  readonly answers: Recent<string, true> = new Recent(100)
  readonly requests: WeakSet<HttpRequest> = new WeakSet()
  #responses: RepeatedResponses | undefined

  /** Made with the first response: a recording that has none needs no protocols, which take their time to load. */
  get responses(): RepeatedResponses {
    return (this.#responses ??= new RepeatedResponses())
  }
}

/** What takes are cleaned with. */
export interface CleaningParts {
  readonly drawn: RecordedDraws
  readonly tell: (news: RecordingNews) => void
  /** Runs `beforeSave` on the main thread. */
  readonly mainHook: SaveHook
}

/** A take, or an increment of one. */
type Recorded = Pick<Take, 'interactions' | 'segments' | 'spans'> & { readonly trigger?: Trigger }

/** So many losses are told one by one; the others are only counted. */
const mostTold = 5

/**
 * Takes what must not be written out of takes: redaction, then `beforeSave`, then drawn values. What cannot be looked through is
 * lost, said and counted; it is never written as it is.
 */
export class TakeCleaning {
  readonly #interpreter: EventInterpreter
  readonly #timeOrigin: number
  readonly #drawn: RecordedDraws
  readonly #tell: (news: RecordingNews) => void
  readonly #mainHook: SaveHook
  readonly #hook: SaveHook | undefined
  #told = 0

  constructor(
    { beforeSave, timeOrigin }: Pick<RecordingOrder, 'beforeSave' | 'timeOrigin'>,
    interpreter: EventInterpreter,
    { drawn, tell, mainHook }: CleaningParts,
  ) {
    this.#interpreter = interpreter
    this.#timeOrigin = timeOrigin
    this.#drawn = drawn
    this.#tell = tell
    this.#mainHook = mainHook
    this.#hook = beforeSave === undefined ? undefined : saveHook(beforeSave, mainHook)
  }

  /**
   * @returns `undefined` for a take that is not to be written: one that could not be looked through, which does not stop the
   *   recording of others, or one that `beforeSave` left out.
   * @throws RetakeError `RETAKE_HOOK_FAILED`, `RETAKE_REDACTION_FAILED` where the take is a test's, which must know.
   */
  whole(take: TakeAssembly, output: Cleaners): Take | undefined {
    try {
      const record = withCleanSpans(take.whole(this.trigger(take, output), this.#timeOrigin), output.redactor)
      const hook = this.#hookOf(take)
      const hooked = hook === undefined || record.trigger.kind !== 'http' ? record : hookedTrigger(record, record.trigger, hook)
      if (hooked === undefined) {
        this.#interpreter.discard(take, false)
        return undefined
      }
      const interactions = hooked.interactions.flatMap((interaction) => this.#redacted(interaction, take, output))
      return this.#withoutDraws(withInteractions(hooked, interactions), take, output)
    } catch (error) {
      if (isWritersOwn(error)) throw error
      const loss = lossOf(error, output)
      if (take.trigger.kind === 'test') throw loss
      this.#interpreter.discard(take, true)
      this.#tellLoss(loss, `The take of ${this.#nameOf(take, output)} is not written`)
      return undefined
    }
  }

  /** What is written anyway (`main`, what came after the response): only what cannot be looked through is left out, and counted. */
  part<Data extends Recorded>(record: Data, take: TakeAssembly, output: Cleaners): Data {
    const interactions = record.interactions.flatMap((interaction) => {
      try {
        return this.#redacted(interaction, take, output)
      } catch (error) {
        if (isWritersOwn(error)) throw error
        this.#interpreter.dropped++
        this.#tellLoss(lossOf(error, output), `A call of the take ${take.id} is not written`)
        return []
      }
    })
    return this.#withoutDraws(withInteractions(record, interactions), take, output)
  }

  trigger(take: TakeAssembly, cleaners: Cleaners): Trigger {
    const { cleaner, clean } = cleaners
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
    const { exchange, sentBy } = take.trigger
    const given = exchange.request
    const request = clean.requests.has(given) ? given : redactRequest(given, cleaner)
    // Only one without a body comes again as the same object.
    if (request === given && given.body.length === 0) clean.requests.add(given)
    const response = exchange.isFramed
      ? this.#followed((redactor) => redactFramed(exchange.framedResponse(take.aborted), redactor), cleaner)
      : this.#written(exchange, take, cleaners)
    return sentBy === undefined ? { kind: 'http', request, response } : { kind: 'http', request, response, sentBy }
  }

  /** A response that was told as the bytes that the server wrote. */
  #written(exchange: TriggerAssembly, { aborted }: TakeAssembly, { cleaner, clean: { responses } }: Cleaners): HttpResponse | undefined {
    const written = { bytes: exchange.responseBytes, method: exchange.method, aborted }
    const known = responses.find(written)
    // What was drawn since may be in it.
    if (known !== undefined && this.#drawn.substitution.bytes(known.body) === known.body) return known
    return this.#followed((redactor) => responses.read(written, redactor), cleaner)
  }

  #followed<Response extends HttpResponse | undefined>(read: (redactor: FieldRedactor) => Response, cleaner: FieldRedactor): Response {
    return this.#drawn.isIdle ? read(cleaner) : withFollowedHashes(read, cleaner, this.#drawn.substitution)
  }

  /** A cassette's own hook takes the place of the session's. */
  #hookOf({ trigger }: TakeAssembly): SaveHook | undefined {
    return trigger.kind === 'test' && trigger.isHooked ? this.#mainHook : this.#hook
  }

  #redacted(interaction: Interaction, take: TakeAssembly, { cleaner, clean: known }: Cleaners): readonly Interaction[] {
    const clean = redactInteraction(interaction, cleaner, known)
    const hook = this.#hookOf(take)
    if (hook === undefined) return [clean]
    const kept = hook({ kind: 'outbound', interaction: clean }, take.id)
    return kept === undefined ? [] : [kept.interaction]
  }

  #withoutDraws<Data extends Recorded>(record: Data, take: TakeAssembly, { seal }: Cleaners): Data {
    const { trigger, interactions, segments } = record
    const safe = this.#drawn.safe({ trigger, interactions, segments }, seal, take.id)
    const spans = record.spans === undefined ? {} : { spans: substituteData(record.spans, this.#drawn.substitution) }
    return { ...record, interactions: safe.interactions, segments: safe.segments, ...(safe.trigger && { trigger: safe.trigger }), ...spans }
  }

  #nameOf(take: TakeAssembly, { cleaner }: Cleaners): string {
    if (take.trigger.kind !== 'http') return take.id
    const { method, target } = take.trigger.exchange
    // Whatever could not be looked through may be in the query.
    return `${method} ${cleaner.text(target.split('?', 1)[0] ?? '')}`
  }

  #tellLoss({ code, message }: RetakeError, what: string): void {
    if (this.#told++ < mostTold) {
      const rest = this.#told === mostTold ? ' Further ones are counted, and not told.' : ''
      this.#tell({ type: 'lost', code, message: `${what}. ${firstLine(message)}${rest}` })
    }
  }
}

function redactFramed(response: HttpResponse | undefined, redactor: FieldRedactor): HttpResponse | undefined {
  return response && redactResponseMessage(response, redactor)
}

function withInteractions<Data extends Recorded>(record: Data, interactions: readonly Interaction[]): Data {
  return { ...record, interactions, segments: withoutDeliveries(record.segments, record.interactions, interactions) }
}

function hookedTrigger(record: Take, trigger: Extract<Trigger, { readonly kind: 'http' }>, hook: SaveHook): Take | undefined {
  const kept = hook({ kind: 'inbound', trigger }, record.id)
  if (kept === undefined) return undefined
  return kept.trigger === trigger ? record : { ...record, trigger: kept.trigger }
}

/** Sealed secrets are written while they are found: a full disk is no fault of what was looked through. */
function isWritersOwn(error: unknown): boolean {
  return error instanceof RetakeError && error.code !== 'RETAKE_HOOK_FAILED'
}

/** The error's own words may quote what was looked through. */
function lossOf(error: unknown, { redactor }: Cleaners): RetakeError {
  const isHooks = error instanceof RetakeError && error.code === 'RETAKE_HOOK_FAILED'
  const code: RetakeErrorCode = isHooks ? 'RETAKE_HOOK_FAILED' : 'RETAKE_REDACTION_FAILED'
  const said = error instanceof Error ? (isHooks ? firstLine(error.message) : `${error.name}: ${firstLine(error.message)}`) : String(error)
  return new RetakeError(code, redactor.text(said), isHooks ? {} : { cause: error })
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
