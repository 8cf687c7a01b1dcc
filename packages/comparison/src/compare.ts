import { type Body, compareBody } from './compare-body.ts'
import { compareHeaders } from './compare-headers.ts'
import { compareJson } from './compare-json.ts'
import { type CompareContext, Comparison } from './comparison.ts'
import { headerFields, type HttpOutcome } from './http-outcome.ts'
import { nameOf, rootOf } from './path.ts'
import { inside, ruleAt } from './path-rules.ts'
import type { Verdict } from './verdict.ts'

/**
 * Compares a recorded HTTP answer with another one: status, body by its structure, header set, trailers. Without clocks
 * in the context every value must be equal; hop-by-hop and framing headers, the case of header names, the order of JSON
 * members and the spelling of numbers never matter.
 *
 * Pure and deterministic; bounded on hostile input (nesting, size, compressed bodies, patterns of noise).
 * @throws RetakeError RETAKE_CONFIG_INVALID when a rule of the context cannot be read.
 */
export function compare(recorded: HttpOutcome, replayed: HttpOutcome, context: CompareContext = {}): Verdict {
  const run = new Comparison(context, compareJson)
  compareStatus(recorded, replayed, run)
  const headers = { recorded: headerFields(recorded), replayed: headerFields(replayed) }
  const body = run.paths.start('body')
  const before: Body = { bytes: recorded.body ?? new Uint8Array(), headers: headers.recorded }
  const now: Body = { bytes: replayed.body ?? new Uint8Array(), headers: headers.replayed }
  compareBody(before, now, body, run)
  const isBodyOther = run.tolerated > 0 || run.differences.some(({ path }) => path.startsWith('body'))
  compareLength(before, now, run)
  compareHeaders(headers.recorded, headers.replayed, run.paths.start('headers'), run)
  compareHeaders(
    headerFields({ rawHeaders: recorded.rawTrailers ?? [] }),
    headerFields({ rawHeaders: replayed.rawTrailers ?? [] }),
    run.paths.start('trailers'),
    run,
  )
  compareFollowers({ isBodyOther, areBytesOther: run.hidesSecrets || !isSameBytes(before.bytes, now.bytes) }, run)
  return { pass: run.differences.length === 0, differences: run.differences, more: run.more }
}

function compareStatus(recorded: HttpOutcome, replayed: HttpOutcome, run: Comparison): void {
  if (recorded.status !== replayed.status && ruleAt(run.paths.start('status'), 'ignore') === undefined) {
    const sides = { recorded: String(recorded.status), replayed: String(replayed.status) }
    run.report('status', { class: 'status', reason: 'the status differs' }, sides)
  }
  if ((recorded.aborted ?? false) !== (replayed.aborted ?? false)) {
    const sides = { recorded: ending(recorded), replayed: ending(replayed) }
    run.report('body', { class: 'length', reason: 'one of the answers was cut off' }, sides)
  }
  compareSaid('reset', 'the stream was reset otherwise', [resetOf(recorded), resetOf(replayed)], run)
  compareSaid('pushed', 'other responses were pushed', [pushesOf(recorded), pushesOf(replayed)], run)
}

/** Compares what is said of two answers in a text. */
function compareSaid(path: string, reason: string, [recorded, replayed]: readonly [string, string], run: Comparison): void {
  if (recorded === replayed || ruleAt(run.paths.start(path), 'ignore') !== undefined) return
  run.report(path, { class: 'value', reason }, { recorded, replayed })
}

/** A client hangs up when it likes; what the server does is its answer. */
function resetOf({ reset }: HttpOutcome): string {
  return reset?.by === 'server' ? `code ${reset.code}` : ''
}

/** Promises may be made in any order: a client knows them by their paths. */
function pushesOf({ pushed = [] }: HttpOutcome): string {
  return pushed
    .map(({ target }) => target)
    .sort()
    .join(' ')
}

/**
 * `content-length` must say how long the body is; whether it is given or the body is chunked is framing. Answers to HEAD
 * name a body that is not there, and must name the same one.
 */
function compareLength(before: Body, now: Body, run: Comparison): void {
  const recorded = before.headers.get('content-length')?.[0]
  const replayed = now.headers.get('content-length')?.[0]
  if (recorded === undefined || replayed === undefined || recorded === replayed) return
  const isWithoutBody = before.bytes.byteLength === 0 && now.bytes.byteLength === 0
  if (!isWithoutBody && (isTrue(replayed, now) || (!isTrue(recorded, before) && run.clocks !== undefined))) return
  const path = inside(run.paths.start('headers'), 'content-length')
  if (ruleAt(path, 'ignore') !== undefined || ruleAt(path, 'noise') !== undefined) return
  run.report(path, { class: 'value', reason: 'it does not say how long the body is' }, { recorded, replayed })
}

function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(b)
}

function isTrue(length: string, { bytes }: Body): boolean {
  return Number(length) === bytes.byteLength
}

/**
 * Hashes and ETags may only differ because of what they were made of: in a header the bytes of the body (with the
 * secrets in them, which are not seen here), in a body what else is in it. A signature is made of headers too.
 */
function compareFollowers(sources: { readonly isBodyOther: boolean; readonly areBytesOther: boolean }, run: Comparison): void {
  for (const { path, recorded, replayed } of run.follows) {
    if (rootOf(path) === 'body' ? sources.isBodyOther : sources.areBytesOther) continue
    if (run.tolerated > 0 && /signature/i.test(nameOf(path))) continue
    run.report(path, { class: 'value', reason: 'it differs, though nothing that it may be made of does' }, { recorded, replayed })
  }
}

function ending({ aborted }: HttpOutcome): string {
  return aborted === true ? 'cut off' : 'complete'
}
