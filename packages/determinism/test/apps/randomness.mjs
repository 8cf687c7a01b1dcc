import crypto, { getRandomValues, randomBytes, randomFill, randomFillSync, randomInt, randomUUID } from 'node:crypto'
import * as namespace from 'node:crypto'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { nanoid } from 'nanoid'
import { v4, v7 } from 'uuid'

const required = createRequire(import.meta.url)('node:crypto')
const { random } = Math
const hex = (bytes) => Buffer.from(bytes.buffer ?? bytes, bytes.byteOffset ?? 0, bytes.byteLength).toString('hex')

export const takes = {
  async 'Math.random'() {
    return [Math.random(), random(), Array.from({ length: 20 }, Math.random)]
  },
  async 'synchronous functions'() {
    return [
      hex(randomBytes(16)),
      Buffer.isBuffer(randomBytes(4)),
      hex(crypto.randomBytes(0)),
      hex(namespace.randomBytes(3)),
      hex(required.pseudoRandomBytes(5)),
      hex(required.rng(5)),
      hex(required.prng(5)),
      hex(randomFillSync(Buffer.alloc(8))),
      hex(randomFillSync(new Uint32Array(4), 1, 2)),
      hex(randomFillSync(new ArrayBuffer(6))),
      hex(randomFillSync(new DataView(new ArrayBuffer(6)), 2)),
      randomInt(10),
      randomInt(100, 1e9),
      required.randomInt(2 ** 40),
      randomUUID(),
      randomUUID({ disableEntropyCache: true }),
      crypto.randomUUID(),
      typeof crypto.randomUUIDv7 === 'function' ? crypto.randomUUIDv7() : 'absent',
    ]
  },
  async 'asynchronous functions'() {
    const results = await Promise.all([
      promisify(randomBytes)(16).then(hex),
      promisify(randomFill)(Buffer.alloc(9)).then(hex),
      promisify(randomFill)(new Uint16Array(8), 2).then(hex),
      promisify(randomFill)(new Uint16Array(8), 2, 3).then(hex),
      promisify(randomInt)(1000).catch(String),
      new Promise((resolve) => randomInt(5, 5000, (error, value) => resolve([error, value]))),
      new Promise((resolve) => crypto.randomBytes(7, (error, bytes) => resolve([error, hex(bytes)]))),
    ])
    return results
  },
  async 'Web Crypto'() {
    const arrays = [
      Int8Array,
      Uint8Array,
      Uint8ClampedArray,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
      BigInt64Array,
      BigUint64Array,
    ]
    return [
      ...arrays.map((Type) => hex(globalThis.crypto.getRandomValues(new Type(4)))),
      hex(getRandomValues(new Uint8Array(6))),
      hex(crypto.webcrypto.getRandomValues(new Uint8Array(new ArrayBuffer(8), 2, 4))),
      globalThis.crypto.randomUUID(),
      crypto.webcrypto.randomUUID(),
    ]
  },
  async 'what is refused'() {
    const refused = (run) => {
      try {
        return String(run())
      } catch (error) {
        return `${error.name} ${error.code}`
      }
    }
    return [
      refused(() => randomBytes(-1)),
      refused(() => randomBytes('x')),
      refused(() => randomInt(0)),
      refused(() => randomInt(5, 5)),
      refused(() => randomFillSync(Buffer.alloc(2), 3)),
      refused(() => randomFillSync('x')),
      refused(() => globalThis.crypto.getRandomValues(new Float32Array(1))),
      refused(() => globalThis.crypto.getRandomValues(new Uint8Array(70_000))),
      refused(() => randomUUID('x')),
      refused(() => randomBytes(4, 'x')),
      refused(() => Reflect.apply(setTimeout, undefined, ['x'])),
    ]
  },
  async 'id libraries'() {
    return [v4(), v4(), v4({}, Buffer.alloc(16)).toString('hex'), v7().slice(0, 8).length, nanoid(50).length]
  },
}
