/**
 * Runs before the app: installs the carriers, and then watches at `net.Socket.prototype.write` whose take every marker
 * that leaves the process is attributed to, and which infrastructure draws from a take.
 */
import { PatchRegistry, scopes } from '@retake/core'
import { installCarriers } from '../../src/index.ts'
import { fixtureScope } from '../scope-fixture.ts'

const net = process.getBuiltinModule('node:net')
const crypto = process.getBuiltinModule('node:crypto')
const [carry, ...otel] = (process.env['STRESS'] ?? 'carriers').split(',')

const report = {
  writes: 0,
  right: 0,
  wrong: [] as string[],
  draws: {} as Record<string, number>,
  failures: [] as string[],
  late: [] as readonly string[],
}
const patches = new PatchRegistry()

const registerOtel = (): void => {
  // The app's own telemetry, of which only the wrapping matters here.
  const require = process.getBuiltinModule('node:module').createRequire(import.meta.url)
  for (const name of otel.includes('otel') || otel.includes('otel-first') ? ['http', 'pg'] : []) {
    const exported = require(`@opentelemetry/instrumentation-${name}`) as Record<string, new (config: object) => unknown>
    const Instrumentation = exported[name === 'pg' ? 'PgInstrumentation' : 'HttpInstrumentation']
    if (Instrumentation !== undefined) new Instrumentation({})
  }
}
if (otel.includes('otel-first')) registerOtel()
if (carry === 'carriers') report.late = installCarriers(patches).late
if (otel.includes('otel')) registerOtel()

const nativeWrite = net.Socket.prototype.write
net.Socket.prototype.write = function (this: unknown, ...args: unknown[]) {
  const data = args[0]
  const text = typeof data === 'string' ? data : Buffer.from(data as Uint8Array).toString('latin1')
  // The server that the calls go to lives in this process, outside any take.
  if (text.startsWith('HTTP/1.1 ')) return nativeWrite.apply(this as never, args as never)
  const take = scopes.getStore()?.take ?? 0
  for (const [, marked] of text.matchAll(/mark(\d+)k/g)) {
    report.writes++
    if (Number(marked) === take) report.right++
    else if (report.wrong.length < 20) report.wrong.push(`${marked} as ${take}: ${text.replaceAll(/[^\x20-\x7e]+/g, ' ').slice(0, 120)}`)
  }
  return nativeWrite.apply(this as never, args as never)
} as never

function watchDraws(target: object, name: string): void {
  const native = (target as Record<string, (...args: unknown[]) => unknown>)[name] as (...args: unknown[]) => unknown
  ;(target as Record<string, unknown>)[name] = function (this: unknown, ...args: unknown[]) {
    const scope = scopes.getStore()
    if (scope !== undefined && !scope.muted && new Error().stack?.includes('node_modules') === true)
      report.draws[name] = (report.draws[name] ?? 0) + 1
    return native.apply(this, args)
  }
}
watchDraws(globalThis, 'setTimeout')
watchDraws(globalThis, 'setInterval')
watchDraws(Math, 'random')
watchDraws(crypto, 'randomBytes')

/** What the app sees of us. */
export interface Stress {
  readonly patches: PatchRegistry
  readonly report: typeof report
  take<T>(number: number, run: () => Promise<T>): Promise<T>
  /** Counts a failure unless the code now running is in this take, unmuted. */
  here(number: number, where: string): void
}

const stress: Stress = {
  patches,
  report,
  take: (number, run) => scopes.run(fixtureScope(number), run),
  here: (number, where) => {
    const scope = scopes.getStore()
    if (scope?.take === number && !scope.muted) return
    if (report.failures.length < 20)
      report.failures.push(`${where}: take ${scope?.take}${scope?.muted === true ? ', muted' : ''} instead of ${number}`)
  },
}
;(globalThis as { stress?: Stress }).stress = stress
