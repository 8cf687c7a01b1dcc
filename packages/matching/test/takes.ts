import type { Call, DrawRun, Ending, FieldValue, Interaction, Take } from '@retake/core'
import { type CallForms, RecordedCalls } from '@retake/matching'

/** The fields as they are: real protocols take volatile parts out, which is their tests' concern. */
export const plainForms: CallForms = { matchFields: (call) => call.fields }

export function get(url: string, more: { readonly [name: string]: FieldValue } = {}): Call {
  return http('GET', url, more)
}

export function http(method: string, url: string, more: { readonly [name: string]: FieldValue } = {}): Call {
  const { origin, host, pathname, searchParams } = new URL(url)
  return {
    protocol: 'http1',
    target: host,
    label: `${method} ${url}`,
    effect: method === 'GET' ? 'read' : 'write',
    fields: { method, origin, path: pathname, query: Object.fromEntries(searchParams), headers: {}, body: null, ...more },
  }
}

export function sql(text: string, parameters: readonly FieldValue[] = [], effect?: Call['effect']): Call {
  const guessed = /^select/i.test(text) ? 'read' : /^(begin|commit|set)/i.test(text) ? 'session' : 'write'
  return {
    protocol: 'postgres',
    target: '127.0.0.1:5432',
    label: text.length > 60 ? `${text.slice(0, 59)}…` : text,
    effect: effect ?? guessed,
    fields: { text, parameters },
  }
}

export function interaction(id: number, call: Call, ending: Ending['kind'] = 'complete'): Interaction {
  const how: Ending = ending === 'error' ? { kind: 'error', error: { code: 'ECONNRESET', message: 'reset' } } : { kind: ending }
  return { id, call, startedAt: id, outcome: { kind: 'stream', chunks: [], ending: how, endedAt: id + 1 } }
}

function take(id: string, calls: readonly (Call | Interaction)[], draws: readonly DrawRun[] = []): Take {
  return {
    id,
    trigger: { kind: 'process', process: 'server' },
    startedAt: 0,
    durationMs: 10,
    interactions: calls.map((call, index) => ('outcome' in call ? call : interaction(index, call))),
    segments: [{ token: undefined, draws }],
  }
}

export function recorded(id: string, calls: readonly (Call | Interaction)[], draws: readonly DrawRun[] = []): RecordedCalls {
  return new RecordedCalls(take(id, calls, draws), plainForms)
}
