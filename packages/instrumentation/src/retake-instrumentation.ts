import type { MeterProvider, TracerProvider } from '@opentelemetry/api'
import { ownRequire } from './hooks/own-require.ts'

/** What a started session gives back. */
export interface StartedSession {
  /** Undoes everything. */
  stop(): void
  /** Drivers that were loaded before, in a way that cannot be made good. */
  readonly late?: readonly string[]
}

/** The part of OpenTelemetry's `InstrumentationConfig` that every instrumentation has. */
export interface RetakeInstrumentationConfig {
  /** Start when constructed. @default true */
  readonly enabled?: boolean
}

/** Packages that take functions out of Node's built-ins when they are loaded: their copies stay what they were. */
const capturing = [
  'uuid',
  'nanoid',
  'ulid',
  '@paralleldrive/cuid2',
  'cuid',
  '@bugsnag/cuid',
  'shortid',
  'bson',
  'ksuid',
  'undici',
  'postgres',
] as const

/**
 * Retake as one of OpenTelemetry's instrumentations, for an app that starts OpenTelemetry in its own code and would
 * rather add a line to its list of instrumentations than a second `--import`:
 *
 * ```ts
 * new NodeSDK({ instrumentations: [new RetakeInstrumentation(), getNodeAutoInstrumentations()] })
 * ```
 *
 * The same seams as `retake/register`, installed as early as that allows; {@link late} names what it came too late for.
 * It implements OpenTelemetry's `Instrumentation` interface and makes no spans: the providers that it is given are not used.
 */
export class RetakeInstrumentation<Config extends RetakeInstrumentationConfig = RetakeInstrumentationConfig> {
  readonly instrumentationName = '@retake/instrumentation'
  readonly instrumentationVersion = '0.1.0'
  readonly #start: (config: Config) => StartedSession | undefined
  #config: Config
  #session: StartedSession | undefined
  #late: readonly string[] = []

  /**
   * @param start Starts a session; `undefined` when there is nothing to do (mode off).
   * @param config Options of the session; `enabled: false` leaves starting to `enable()`.
   */
  constructor(start: (config: Config) => StartedSession | undefined, config: Config) {
    this.#start = start
    this.#config = { ...config }
    if (config.enabled !== false) this.enable()
  }

  /** Packages that were loaded before, and may have kept references to what is patched. */
  get late(): readonly string[] {
    return this.#late
  }

  enable(): void {
    if (this.#session !== undefined) return
    const before = loadedPackages()
    this.#session = this.#start(this.#config)
    if (this.#session === undefined) return
    this.#late = [...new Set([...(this.#session.late ?? []), ...before])]
    if (this.#late.length > 0) {
      warn(
        `loaded after ${this.#late.join(', ')}, which keep what they took from Node before. Load Retake first, or use --import retake/register.`,
      )
    }
  }

  disable(): void {
    this.#session?.stop()
    this.#session = undefined
    this.#late = []
  }

  setConfig(config: Config): void {
    this.#config = { ...config }
  }

  getConfig(): Config {
    return this.#config
  }

  setTracerProvider(_provider: TracerProvider): void {}

  setMeterProvider(_provider: MeterProvider): void {}
}

/**
 * Prototypes are patched for everybody, whenever they were loaded; functions that a package took out of a built-in module
 * when it was loaded (`const { randomUUID } = require('crypto')`) are its own.
 */
function loadedPackages(): readonly string[] {
  const paths = Object.keys(ownRequire.cache).map((path) => path.replaceAll('\\', '/'))
  return capturing.filter((name) => paths.some((path) => path.includes(`/node_modules/${name}/`)))
}

function warn(text: string): void {
  // With the app's own api: what it told `diag` to do with warnings holds for ours.
  const { diag } = ownRequire('@opentelemetry/api') as {
    diag: { createComponentLogger(options: { namespace: string }): { warn(text: string): void } }
  }
  diag.createComponentLogger({ namespace: '@retake/instrumentation' }).warn(text)
}
