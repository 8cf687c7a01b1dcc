import { Buffer } from 'node:buffer'
import { type Call, type FieldRedactor, type Interaction, muted, type Outcome, RetakeError } from '@retake/core'
import { redactRequest, redactResponseMessage } from '@retake/protocols'
import { redactInteraction } from '../call-forms.ts'
import { exchangeOf, type HttpTrigger, triggerOf } from './inbound-exchange.ts'
import type { HookedInteraction, HookName, HookResult, InteractionHook, ValueRewriting } from './interaction-hook.ts'
import { rewriterOf } from './value-rewriting.ts'

/** What a hook is shown: a call of the app's, or the exchange that its take began with. */
export type HookSubject =
  | { readonly kind: 'outbound'; readonly interaction: Interaction }
  | { readonly kind: 'inbound'; readonly trigger: HttpTrigger }

/** Which hook runs, and for whom. */
export interface HookRun {
  readonly hook: InteractionHook
  readonly name: HookName
  readonly take: string
}

/**
 * Runs a hook. What it does belongs to no take: its clocks and its randomness are the real ones.
 * @returns The same instance where nothing changed; `undefined` where it is to be left out.
 * @throws RetakeError `RETAKE_HOOK_FAILED`.
 */
export function applyHook<Subject extends HookSubject>(run: HookRun, subject: Subject): Subject | undefined {
  const { hook, name, take } = run
  const { call, outcome } = subject.kind === 'outbound' ? subject.interaction : exchangeOf(subject.trigger)
  const { label } = call
  try {
    const shown = new ShownInteraction(subject, take, { call, outcome })
    const result = muted(() => hook(shown))
    if (result === null || result === false) return undefined
    const after = kept(result, shown)
    return isSame(after.call, call) && isSame(after.outcome, outcome) ? subject : (changed(subject, after.call, after.outcome) as Subject)
  } catch (cause) {
    throw hookFailed(name, label, cause)
  }
}

/** @param label What the hook was shown. */
export function hookFailed(name: HookName, label: string, cause: unknown): RetakeError {
  const message = cause instanceof Error ? cause.message : String(cause)
  return new RetakeError('RETAKE_HOOK_FAILED', `\`${name}\` failed for ${label}: ${message}`, { cause, details: { hook: name, label } })
}

class ShownInteraction implements HookedInteraction {
  readonly direction: HookSubject['kind']
  readonly take: string
  call: HookedInteraction['call']
  outcome: Outcome
  readonly #subject: HookSubject

  constructor(subject: HookSubject, take: string, { call, outcome }: { readonly call: Call; readonly outcome: Outcome }) {
    this.#subject = subject
    this.direction = subject.kind
    this.take = take
    this.call = copied(call)
    this.outcome = copied(outcome)
  }

  rewrite(values: ValueRewriting): this {
    const rewritten = rewrittenBy(changed(this.#subject, this.call, this.outcome), rewriterOf(values))
    const { call, outcome } = rewritten.kind === 'outbound' ? rewritten.interaction : exchangeOf(rewritten.trigger)
    this.call = copied(call)
    this.outcome = copied(outcome)
    return this
  }
}

function rewrittenBy(subject: HookSubject, rewriter: FieldRedactor): HookSubject {
  if (subject.kind === 'outbound') return { ...subject, interaction: redactInteraction(subject.interaction, rewriter) }
  const { request, response } = subject.trigger
  return {
    ...subject,
    trigger: {
      ...subject.trigger,
      request: redactRequest(request, rewriter),
      response: response && redactResponseMessage(response, rewriter),
    },
  }
}

/** @throws TypeError for what is no interaction any more. */
function changed(subject: HookSubject, call: Call, outcome: Outcome): HookSubject {
  const before = subject.kind === 'outbound' ? subject.interaction : exchangeOf(subject.trigger)
  if (typeof call?.fields !== 'object' || call.fields === null || typeof call.label !== 'string')
    throw new TypeError('a call has a label and fields')
  if (call.protocol !== before.call.protocol) throw new TypeError('the protocol of a call cannot be changed')
  if (!isOutcome(outcome)) throw new TypeError('an outcome is a stream of chunks, a value or an error')
  return subject.kind === 'outbound'
    ? { ...subject, interaction: { ...subject.interaction, call, outcome } }
    : { ...subject, trigger: triggerOf(subject.trigger, call, outcome) }
}

function isOutcome(outcome: Outcome): boolean {
  switch (outcome?.kind) {
    case 'stream':
      return Array.isArray(outcome.chunks) && outcome.chunks.every(({ bytes, at }) => bytes instanceof Uint8Array && typeof at === 'number')
    case 'value':
      return outcome.value !== undefined
    case 'thrown':
      return typeof outcome.error?.message === 'string'
    default:
      return false
  }
}

/** @throws TypeError for anything but an interaction, or a word about the one that was shown. */
function kept(result: HookResult, shown: HookedInteraction): HookedInteraction {
  if (result === undefined || result === true || result === shown) return shown
  if (typeof result !== 'object' || result === null || 'then' in result) {
    throw new TypeError(
      typeof result === 'object' && result !== null
        ? 'it gave back a promise; hooks are synchronous'
        : `it gave back ${String(result)}, where an interaction, null or nothing is wanted`,
    )
  }
  return result
}

/** Bytes are copied without the memory around them, as buffers, which are easier to read. */
function copied<Data>(data: Data): Data {
  if (data instanceof Uint8Array) return Buffer.from(data) as unknown as Data
  if (Array.isArray(data)) return data.map((member) => copied<unknown>(member)) as Data
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(Object.entries(data).map(([name, member]) => [name, copied<unknown>(member)])) as Data
}

/** Whether two pieces of data say the same; whether bytes are a buffer does not count. */
function isSame(one: unknown, other: unknown): boolean {
  if (one instanceof Uint8Array) return other instanceof Uint8Array && Buffer.compare(one, other) === 0
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return Object.is(one, other)
  if (other instanceof Uint8Array || Array.isArray(one) !== Array.isArray(other)) return false
  const members = Object.entries(one)
  return (
    members.length === Object.keys(other).length &&
    members.every(([name, member]) => Object.hasOwn(other, name) && isSame(member, (other as { readonly [name: string]: unknown })[name]))
  )
}
