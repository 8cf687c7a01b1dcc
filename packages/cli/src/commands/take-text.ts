import type { HttpRequest, HttpResponse, Interaction, Outcome, Segment, Take, TakeSpan, Trigger } from '@retake/core'
import { escaped, shortened } from '@retake/matching'
import { counted, durationText } from '@retake/report'
import type { Screen } from '../terminal/screen.ts'
import { sizeText } from '../terminal/size-text.ts'
import { headerValue } from '../replay/request-bytes.ts'
import { bodyText } from './body-text.ts'

/** Spans beyond this many are in `--json` alone. */
const shownSpans = 20

/** A take as `retake show` prints it: what started it, what came of it, and everything that it asked for in between. */
export function takeText(take: Take, screen: Screen): string {
  const { bold, dim } = screen.palette
  const lines = [
    `${bold(triggerText(take.trigger))}`,
    dim(`take ${escaped(take.id)}  ${new Date(take.startedAt).toISOString()}  ${durationText(take.durationMs)}`),
  ]
  if (take.traceId !== undefined) lines.push(dim(`trace ${escaped(take.traceId)}  span ${escaped(take.spanId ?? '-')}`))
  if (take.trigger.kind === 'http') {
    lines.push('', bold('Request'), ...requestLines(take.trigger.request, screen))
    const { response } = take.trigger
    if (response === undefined) lines.push('', bold('Response'), '  none: the connection closed first')
    else lines.push('', bold('Response'), ...responseLines(response, screen))
  }
  lines.push('', bold(`Interactions (${take.interactions.length})`), ...interactionLines(take.interactions, screen))
  if (take.spans !== undefined)
    lines.push('', bold(`Spans (${take.spans.length + (take.spansLeftOut ?? 0)})`), ...spanLines(take, take.spans, screen))
  lines.push('', `${bold('Draws')} ${drawsText(take.segments)}`)
  const redactions = Object.entries(take.redactions ?? {})
  if (redactions.length > 0) lines.push(`${bold('Redacted')} ${redactions.map(([name, count]) => `${escaped(name)} ${count}`).join(', ')}`)
  return lines.join('\n')
}

/** `POST /orders → 201`, `test "creates an order"`, `script`, in one line. */
function triggerText(trigger: Trigger): string {
  switch (trigger.kind) {
    case 'http': {
      const { request, response } = trigger
      return `${escaped(request.method)} ${escaped(request.target)} → ${response === undefined ? 'no response' : response.status}`
    }
    case 'test':
      return `test ${JSON.stringify(escaped(trigger.name))}${trigger.outcome === undefined ? '' : ` ${trigger.outcome}`}`
    case 'background':
      return `background: ${escaped(trigger.name)}${trigger.interval === undefined ? '' : `, every ${trigger.interval} ms`}`
    case 'process':
      return trigger.process === 'server' ? 'main (start-up of a server)' : `main (script${exitText(trigger.exitCode)})`
  }
}

function exitText(exitCode: number | undefined): string {
  return exitCode === undefined ? '' : `, exit code ${exitCode}`
}

function requestLines(request: HttpRequest, screen: Screen): string[] {
  const head = `${request.method} ${request.target} HTTP/${request.httpVersion}`
  return messageLines(head, request.rawHeaders, request.body, request.rawTrailers, screen)
}

function responseLines(response: HttpResponse, screen: Screen): string[] {
  const early = (response.informational ?? []).map((info) => `  ${info.status} ${screen.palette.dim('sent before')}`)
  const pushed = (response.pushed ?? []).map(({ target }) => `  ${escaped(target)} ${screen.palette.dim('pushed')}`)
  const head = `HTTP/${response.httpVersion} ${response.status} ${response.reason}`
  const lines = messageLines(head, response.rawHeaders, response.body, response.rawTrailers, screen)
  if (response.reset !== undefined) lines.push(`  (the stream was reset by the ${response.reset.by}, code ${response.reset.code})`)
  else if (response.aborted === true) lines.push('  (the connection closed before the answer was complete)')
  return [...early, ...pushed, ...lines]
}

function messageLines(
  head: string,
  rawHeaders: readonly string[],
  body: Uint8Array,
  rawTrailers: readonly string[] | undefined,
  { width, palette }: Screen,
): string[] {
  const content = bodyText(body, headerValue(rawHeaders, 'content-encoding'), width - 2)
  const lines = [shortened(escaped(head), width - 2), ...fieldLines(rawHeaders, width - 2).map(palette.dim)]
  if (content.length > 0) lines.push('', ...content)
  if (rawTrailers !== undefined && rawTrailers.length > 0) lines.push('', ...fieldLines(rawTrailers, width - 2).map(palette.dim))
  return lines.map((line) => (line === '' ? '' : `  ${line}`))
}

function fieldLines(raw: readonly string[], width: number): string[] {
  const lines = []
  for (let index = 0; index + 1 < raw.length; index += 2) lines.push(shortened(escaped(`${raw[index]}: ${raw[index + 1]}`), width))
  return lines
}

function interactionLines(interactions: readonly Interaction[], { width, palette }: Screen): string[] {
  if (interactions.length === 0) return ['  none']
  const protocolWidth = Math.max(...interactions.map((each) => each.call.protocol.length))
  return interactions.flatMap((interaction) => {
    const { id, call, outcome, startedAt } = interaction
    const start = `  ${String(id).padStart(3)}  +${durationText(startedAt).padEnd(8)} ${escaped(call.protocol).padEnd(protocolWidth)}  `
    const answer = `${' '.repeat(7)}${palette.dim(`→ ${outcomeText(outcome)}`)}`
    return [start + shortened(escaped(call.label), Math.max(20, width - start.length)), answer]
  })
}

/** Spans in the order of their beginnings, the first ones of many. */
function spanLines({ spansLeftOut = 0 }: Take, spans: readonly TakeSpan[], { width, palette }: Screen): string[] {
  const shown = spans.toSorted((a, b) => a.startedAt - b.startedAt).slice(0, shownSpans)
  const lines = shown.map(({ name, kind, startedAt, durationMs, failed }) => {
    const start = `  ${`+${durationText(Math.max(0, startedAt))}`.padEnd(10)}${durationText(durationMs).padEnd(10)}${kind.padEnd(9)} `
    return `${start}${shortened(escaped(name), Math.max(20, width - start.length - 8))}${failed ? palette.red(' failed') : ''}`
  })
  const more = spans.length - shown.length
  if (more > 0) lines.push(palette.dim(`  and ${more} more`))
  if (spansLeftOut > 0) lines.push(palette.dim(`  ${spansLeftOut} were only counted`))
  return lines
}

/** `complete after 3 ms, 1.2 KB in 2 chunks`, `ECONNREFUSED after 1 ms`. */
function outcomeText(outcome: Outcome): string {
  const after = `after ${durationText(outcome.endedAt)}`
  if (outcome.kind === 'value') return `value ${after}`
  if (outcome.kind === 'thrown') return `${escaped(outcome.error.code)}: ${escaped(outcome.error.message)} ${after}`
  const bytes = outcome.chunks.reduce((sum, chunk) => sum + chunk.bytes.length, 0)
  const got = bytes === 0 ? '' : `, ${sizeText(bytes)} in ${counted(outcome.chunks.length, 'chunk')}`
  const { ending } = outcome
  return ending.kind === 'error' ? `${escaped(ending.error.code)} ${after}${got}` : `${ending.kind} ${after}${got}`
}

function drawsText(segments: readonly Segment[]): string {
  const byKind = new Map<string, number>()
  for (const run of segments.flatMap((segment) => segment.draws)) {
    if (run.kind === 'sealed') continue
    const count = run.times === undefined ? run.values.length : run.times.reduce((sum, times) => sum + times, 0)
    byKind.set(run.kind, (byKind.get(run.kind) ?? 0) + count)
  }
  const total = [...byKind.values()].reduce((sum, count) => sum + count, 0)
  if (total === 0) return '0'
  return `${total} (${[...byKind].map(([kind, count]) => `${kind} ${count}`).join(', ')}) in ${counted(segments.length, 'segment')}`
}
