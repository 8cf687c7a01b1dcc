/** Packages whose timers keep connections and pools going and are no part of what a take does. */
const packages =
  /[\\/]node_modules[\\/](?:pg|pg-pool|pg-native|postgres|undici|tarn|generic-pool|sequelize-pool|ioredis|redis|@redis[\\/]client|mysql2|mysql|mongodb|tedious|amqplib|kafkajs|nats|@grpc[\\/]grpc-js|agentkeepalive)[\\/]/

/**
 * Whether a function was called by infrastructure: by Node itself or by a known client library. Captures a stack, which
 * costs 2 µs: only asked for timers that the log does not know.
 * @param entry The function that was called.
 */
export function calledByInfrastructure(entry: CallableFunction): boolean {
  const file = callerFile(entry)
  return file !== undefined && (file.startsWith('node:') || packages.test(file))
}

function callerFile(entry: CallableFunction): string | undefined {
  const { prepareStackTrace, stackTraceLimit } = Error
  try {
    const holder: { stack?: unknown } = {}
    Error.prepareStackTrace = (_error, sites) => sites
    Error.stackTraceLimit = 1
    Error.captureStackTrace(holder, entry as (...args: never[]) => unknown)
    const sites = holder.stack
    if (!Array.isArray(sites)) return undefined
    return (sites[0] as NodeJS.CallSite | undefined)?.getFileName() ?? undefined
  } catch {
    // Frozen intrinsics: nothing can be said.
    return undefined
  } finally {
    try {
      Error.stackTraceLimit = stackTraceLimit
      if (prepareStackTrace === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace')
      else Error.prepareStackTrace = prepareStackTrace
    } catch {
      // As above.
    }
  }
}
