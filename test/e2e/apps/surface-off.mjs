// Prints what the preload named by PRELOAD changed of what code can see.
import { bindings, difference, presence, snapshot, warmUp } from './surface.mjs'

await warmUp()
const before = { properties: snapshot(), bindings: await bindings(), presence: presence() }
await import(process.env.PRELOAD)
const after = { properties: snapshot(), bindings: await bindings(), presence: presence() }
console.log(
  JSON.stringify({
    seen: before.properties.size + before.bindings.size,
    changed: [...difference(before.properties, after.properties), ...difference(before.bindings, after.bindings)],
    before: before.presence,
    after: after.presence,
  }),
)
