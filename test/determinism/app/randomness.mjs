import crypto, { getRandomValues, randomBytes, randomFill, randomFillSync, randomInt, randomUUID, webcrypto } from 'node:crypto'
import * as namespace from 'node:crypto'
import { promisify } from 'node:util'

const { random } = Math
// As a CommonJS module does it.
const destructured = (({ randomBytes, randomInt, randomUUID, randomFillSync }) => ({ randomBytes, randomInt, randomUUID, randomFillSync }))(
  process.getBuiltinModule('crypto'),
)
const hex = (bytes) => Buffer.from(bytes.buffer ?? bytes, bytes.byteOffset, bytes.byteLength).toString('hex')

export const routes = {
  // 10
  // (Not by a comparator that draws: how often V8 calls it depends on the release.)
  '/random/math': () => [
    Math.random(),
    random(),
    [3, 2, 1].map(Math.random),
    [1, 2, 3, 4, 5, 6].toSorted((a, b) => a - b).map((n) => n * random()),
  ],
  // 11
  '/random/sync': () => [
    ...[crypto, namespace, destructured].flatMap((from) => [
      from.randomBytes(7).toString('hex'),
      from.randomInt(1e6),
      from.randomInt(-5, 5),
      from.randomUUID(),
      hex(from.randomFillSync(Buffer.alloc(9))),
    ]),
    randomBytes(7).toString('hex'),
    randomInt(1e6),
    randomUUID(),
    randomUUID({ disableEntropyCache: true }),
    hex(randomFillSync(new Float64Array(2))),
    hex(randomFillSync(Buffer.alloc(9), 4, 2)),
    hex(crypto.prng(3)),
    hex(crypto.rng(3)),
    hex(crypto.pseudoRandomBytes(3)),
    crypto.randomUUID(),
    globalThis.crypto.randomUUID(),
    webcrypto.randomUUID(),
  ],
  // 12
  '/random/async': async () => [
    (await promisify(randomBytes)(8)).toString('hex'),
    await promisify(randomInt)(1e9),
    hex(await promisify(randomFill)(Buffer.alloc(6))),
    ...(await Promise.all([1, 2, 3].map(() => promisify(crypto.randomBytes)(4)))).map(hex),
  ],
  // 13
  '/random/values': () =>
    [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, BigInt64Array, BigUint64Array].flatMap(
      (Kind) =>
        [
          getRandomValues,
          (array) => crypto.getRandomValues(array),
          (array) => globalThis.crypto.getRandomValues(array),
          (array) => webcrypto.getRandomValues(array),
        ].map((fill) => hex(fill(new Kind(2)))),
    ),
  // 14, only where it is there
  '/random/uuid7': () => [crypto.randomUUIDv7(), crypto.randomUUIDv7(), namespace.randomUUIDv7()],
}
