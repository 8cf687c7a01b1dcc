/** Preloaded by instructions.mjs: what a scope for each request costs where nothing else is done. */
import { AsyncLocalStorage } from 'node:async_hooks'
import http from 'node:http'

const storage = new AsyncLocalStorage()
const { emit } = http.Server.prototype
http.Server.prototype.emit = function (event, ...args) {
  if (event !== 'request') return emit.call(this, event, ...args)
  return storage.run({}, () => emit.call(this, event, ...args))
}
