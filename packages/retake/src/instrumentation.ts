/** `retake/instrumentation`: Retake as one of OpenTelemetry's instrumentations. */
import { RetakeInstrumentation as Instrumentation, type RetakeInstrumentationConfig } from '@retake/instrumentation'
import type { RetakeConfig } from '@retake/session'
import { loadEngine } from './load-engine.ts'

/** Options: everything that a configuration file can say, and OpenTelemetry's `enabled`. */
export interface RetakeInstrumentationOptions extends RetakeInstrumentationConfig, RetakeConfig {}

/**
 * For an app that starts OpenTelemetry in its own code. `RETAKE_MODE` decides what it does, as with `retake/register`;
 * without it nothing is loaded and nothing is patched.
 * @example
 * new NodeSDK({ instrumentations: [new RetakeInstrumentation(), getNodeAutoInstrumentations()] })
 */
export class RetakeInstrumentation extends Instrumentation<RetakeInstrumentationOptions> {
  constructor(options: RetakeInstrumentationOptions = {}) {
    super((options) => {
      const { enabled: _enabled, ...config } = options
      return loadEngine(process.env['RETAKE_MODE'])?.exports.startWith(config)
    }, options)
  }
}
