import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import type { HeardTake } from '../http/log-sink.ts'

interface Otel {
  readonly exporter: { getFinishedSpans(): ReadableSpan[]; reset(): void }
  readonly instrumentations: readonly { enable(): void; disable(): void }[]
}
const globals = globalThis as { otel?: Otel; retake?: { sink: { takes: HeardTake[] }; patches: { undoAll(): void } } }
if (globals.otel === undefined && process.env['OTEL_SETUP'] !== undefined) require(process.env['OTEL_SETUP'])
const http = require('node:http') as typeof import('node:http')
const pg = require('pg') as typeof import('pg')

const pool = new pg.Pool({
  host: process.env['PGHOST'] ?? '127.0.0.1',
  port: Number(process.env['PGPORT'] ?? 5432),
  user: 'postgres',
  database: 'test',
  max: 2,
})
const server = http.createServer(async (request, response) => {
  if (request.url === '/inner') return void response.end('inner')
  const { rows } = await pool.query('select 1 as one')
  const inner = await get('/inner')
  response.end(JSON.stringify(rows) + inner)
})
function get(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { port } = server.address() as { port: number }
    http
      .get({ port, host: '127.0.0.1', path, agent: false }, (response) => {
        let body = ''
        response.on('data', (chunk: Buffer) => (body += chunk.toString())).on('end', () => resolve(body))
      })
      .on('error', reject)
  })
}

/** Spans as a tree of names, in an order that does not depend on timing; connects of the pool left out. */
async function spans(): Promise<string[]> {
  await new Promise(setImmediate)
  const all = globals.otel?.exporter.getFinishedSpans() ?? []
  const path = (span: ReadableSpan): string => {
    const parent = all.find((each) => each.spanContext().spanId === span.parentSpanContext?.spanId)
    return `${parent === undefined ? '' : `${path(parent)} > `}${span.kind} ${span.name}`
  }
  const paths = all.map(path).filter((each) => !/connect/.test(each))
  globals.otel?.exporter.reset()
  return paths.toSorted()
}

async function round(): Promise<string[]> {
  // From outside any instrumentation: not this process's http client.
  await new Promise<void>((resolve, reject) => {
    const socket = (require('node:net') as typeof import('node:net')).connect((server.address() as { port: number }).port, '127.0.0.1')
    socket
      .on('error', reject)
      .on('close', () => resolve())
      .resume()
    socket.write('GET /outer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  })
  return spans()
}

server.listen(0, '127.0.0.1', async () => {
  const result: Record<string, unknown> = {}
  await round()
  result['enabled'] = await round()
  const all = globals.otel?.instrumentations ?? []
  const last = globals.retake?.sink.takes.slice(-2)
  for (const each of all) each.disable()
  result['disabled'] = await round()
  for (const each of all) each.enable()
  result['enabled again'] = await round()
  globals.retake?.patches.undoAll()
  result['without us'] = await round()
  for (const each of all) each.disable()
  result['without anybody'] = await round()
  result['traces'] = last?.map(({ head, traces, ends }) => [head.url, traces.length, traces[0]?.traceId.length, ends])
  result['same trace'] =
    last === undefined || last.length < 2 ? undefined : new Set(last.map(({ traces }) => traces[0]?.traceId)).size === 1
  result['wrapped'] = [http.Server.prototype.emit, pg.Client.prototype.query, pg.Pool.prototype.connect].map(
    (each) => '__wrapped' in each && each.__wrapped === true,
  )
  process.stdout.write(JSON.stringify(result), () => process.exit())
})
