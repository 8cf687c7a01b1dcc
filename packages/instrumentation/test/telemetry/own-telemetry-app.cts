/** An app without telemetry, under `telemetry: 'own'`: two takes, one query and one outgoing call each. */
import { PatchRegistry, scopes, type SpanRecord } from '@retake/core'
import { installCarriers } from '../../src/index.ts'
import { fixtureScope } from '../scope-fixture.ts'

const spans: { take: number | undefined; span: SpanRecord }[] = []
const draws: string[] = []
const patches = new PatchRegistry()
installCarriers(patches, { telemetry: 'own', onSpan: (scope, span) => void spans.push({ take: scope?.take, span }) })

const nativeNow = performance.now.bind(performance)
performance.now = () => {
  const scope = scopes.getStore()
  if (scope !== undefined && !scope.muted) draws.push(new Error().stack ?? '')
  return nativeNow()
}

const http = require('node:http') as typeof import('node:http')
const pg = require('pg') as typeof import('pg')
const pool = new pg.Pool({
  host: process.env['PGHOST'] ?? '127.0.0.1',
  port: Number(process.env['PGPORT'] ?? 5432),
  user: 'postgres',
  database: 'test',
  max: 1,
})

const server = http
  .createServer((_, response) => void response.end('yes'))
  .listen(0, '127.0.0.1', async () => {
    const { port } = server.address() as { port: number }
    const api = (globalThis as Record<symbol, { trace?: unknown; context?: unknown } | undefined>)[Symbol.for('opentelemetry.js.api.1')]
    const take = (number: number): Promise<void> =>
      scopes.run(fixtureScope(number), async () => {
        await pool.query('select $1::text as secret', ['s3cret'])
        await new Promise<void>((resolve) =>
          http.get({ port, host: '127.0.0.1', path: '/p?token=s3cret' }, (response) => void response.resume().on('end', () => resolve())),
        )
      })
    await Promise.all([take(1), take(2)])
    await new Promise(setImmediate)
    const registered = api?.trace !== undefined || api?.context !== undefined
    patches.undoAll()
    const wrapped = [http.get, pg.Client.prototype.query].map((each) => '__wrapped' in each)
    process.stdout.write(JSON.stringify({ spans, registered, draws, wrapped }), () => process.exit())
  })
