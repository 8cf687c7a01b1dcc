import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Frames of libraries and of Node between the source and the app. */
const deepest = 30

/**
 * Where the app called a function: `app.js:12`, or where a library did, if the app is not on the stack.
 * @param entry The function that was called.
 * @returns `undefined` when only Node itself is on the stack.
 */
export function appCaller(entry: CallableFunction): string | undefined {
  const { prepareStackTrace, stackTraceLimit } = Error
  try {
    const holder: { stack?: unknown } = {}
    Error.prepareStackTrace = (_error, sites) => sites
    Error.stackTraceLimit = deepest
    Error.captureStackTrace(holder, entry as (...args: never[]) => unknown)
    const sites = (Array.isArray(holder.stack) ? holder.stack : []) as NodeJS.CallSite[]
    const known = sites.filter((site) => isFile(site.getFileName()))
    const site = known.find((each) => !isLibrary(each.getFileName() as string)) ?? known[0]
    return site === undefined ? undefined : `${shortPath(site.getFileName() as string)}:${site.getLineNumber()}`
  } catch {
    // Frozen intrinsics: nothing can be said of the place.
    return 'unknown'
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

function isFile(name: string | null | undefined): boolean {
  return typeof name === 'string' && !name.startsWith('node:') && !own.test(name)
}

/** Our own wrappers around the same functions. */
const own = /[\\/]retake[\\/](?:packages[\\/]retake[\\/])?dist[\\/]|[\\/]packages[\\/]retake[\\/]dist[\\/]/

function isLibrary(name: string): boolean {
  return /[\\/]node_modules[\\/]/.test(name)
}

function shortPath(name: string): string {
  const file = name.startsWith('file:') ? fileURLToPath(name) : name
  const relative = path.relative(process.cwd(), file)
  return relative.startsWith('..') ? path.basename(file) : relative
}
