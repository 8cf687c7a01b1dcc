// What code can see of Node: every property of every global and built-in module, as deep as something of ours could sit.
import { builtinModules, createRequire, syncBuiltinESMExports } from 'node:module'

const depth = 3
const names = builtinModules.filter((name) => !/^(_|node:|internal|sys|wasi|punycode|test|trace_events|inspector|sqlite|ffi)/.test(name))
/** State that changes by itself as the process goes on. */
const living = [
  /^process\.(_|env|report|std|moduleLoadList|argv|allowedNode|exitCode|permission|features)/,
  /Symbol\(undici/,
  /^module\./,
  /_cache/,
  /\._events/,
  /fs\.Stats/,
]

/** Everything that Node loads when it is first looked at. */
export async function warmUp() {
  for (const name of names) await import(`node:${name}`)
  for (const name of Object.getOwnPropertyNames(globalThis)) void globalThis[name]
  await fetch('data:,')
  snapshot()
  // What Node itself has put off telling to named imports.
  syncBuiltinESMExports()
}

/** Descriptors by path; getters are compared, not called. */
export function snapshot() {
  const properties = new Map()
  const seen = new Set()
  const visit = (path, object, left) => {
    if (seen.has(object)) return
    seen.add(object)
    for (const key of Reflect.ownKeys(object)) {
      const name = `${path}.${String(key)}`
      if (living.some((pattern) => pattern.test(name))) continue
      const descriptor = Object.getOwnPropertyDescriptor(object, key)
      properties.set(name, descriptor)
      const { value } = descriptor
      if (left > 0 && ((typeof value === 'object' && value !== null) || typeof value === 'function')) visit(name, value, left - 1)
    }
    const prototype = Object.getPrototypeOf(object)
    if (prototype !== null && left > 0) visit(`${path}.[[Prototype]]`, prototype, left - 1)
  }
  visit('globalThis', globalThis, depth)
  for (const name of ['performance', 'crypto']) visit(`globalThis.${name}`, globalThis[name], depth)
  visit('crypto.subtle', crypto.subtle, depth)
  for (const name of names) visit(name, process.getBuiltinModule(name), depth)
  return properties
}

/** What named imports give: bindings that only syncBuiltinESMExports() changes. */
export async function bindings() {
  const found = new Map()
  for (const name of names)
    for (const [key, value] of Object.entries(await import(`node:${name}`))) found.set(`import ${name}.${key}`, { value })
  return found
}

/** Who listens to the process, and what keeps it. */
export function presence() {
  const listeners = process.eventNames().map((name) => [String(name), process.listenerCount(name)])
  return { listeners, resources: process.getActiveResourcesInfo(), modules: Object.keys(createRequire(import.meta.url).cache) }
}

export function difference(before, after) {
  const aspects = ['value', 'get', 'set', 'writable', 'enumerable', 'configurable']
  const changed = []
  for (const [name, now] of after) {
    const then = before.get(name)
    if (then === undefined) changed.push(`new: ${name}`)
    else if (aspects.some((aspect) => !Object.is(then[aspect], now[aspect]))) changed.push(`other: ${name}`)
  }
  for (const name of before.keys()) if (!after.has(name)) changed.push(`gone: ${name}`)
  return changed
}
