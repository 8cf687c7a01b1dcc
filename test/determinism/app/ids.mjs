import { createRequire } from 'node:module'
import { createId, init } from '@paralleldrive/cuid2'
import { ObjectId } from 'bson'
import KSUID from 'ksuid'
import { customAlphabet, customRandom, nanoid, random } from 'nanoid'
import { monotonicFactory, ulid } from 'ulid'
import { v1, v4, v6, v7 } from 'uuid'

// Older releases, as other packages have them: both with pools, both CommonJS.
const from = createRequire(`${process.cwd()}/package.json`)
const { nanoid: nanoid3 } = createRequire(from.resolve('postcss'))('nanoid')
const { v1: oldV1, v4: oldV4 } = createRequire(from.resolve('sequelize'))('uuid')

const letters = customAlphabet('abcdef', 10)
const monotonic = monotonicFactory()
const shortId = init({ length: 12 })
const text = (bytes) => Buffer.from(bytes).toString('hex')

export const routes = {
  // 15
  '/ids/uuid/v1': () => [v1(), v1(), text(v1(undefined, new Uint8Array(16))), oldV1(), v1({ node: [1, 2, 3, 4, 5, 6], clockseq: 7 })],
  // 16
  '/ids/uuid/v4': () => [
    v4(),
    v4({}),
    text(v4(undefined, Buffer.alloc(20), 4)),
    v4({ rng: () => new Uint8Array(16).fill(7) }),
    oldV4(),
    oldV4(),
    oldV4({}),
  ],
  // 17
  '/ids/uuid/v7': () => [v6(), v6(), v7(), v7(), v7(), text(v7(undefined, new Uint8Array(16))), v7({ msecs: 5 })],
  // 18
  '/ids/nanoid': () => [
    nanoid(),
    nanoid(),
    nanoid(8),
    letters(),
    letters(3),
    text(random(5)),
    customRandom('xyz', 6, random)(),
    nanoid3(),
    nanoid3(5),
  ],
  // 19
  '/ids/ulid': () => [ulid(), ulid(), monotonic(), monotonic(), monotonic(1e12), monotonicFactory()()],
  // 20
  '/ids/cuid2': () => [createId(), createId(), shortId(), init()()],
  // 21
  '/ids/objectid': () => {
    const id = new ObjectId()
    return [
      id,
      new ObjectId(),
      text(ObjectId.generate()),
      id instanceof ObjectId,
      id.constructor === ObjectId,
      new ObjectId(id).equals(id),
      id.getTimestamp(),
    ]
  },
  // 22
  '/ids/ksuid': async () => [KSUID.randomSync().string, (await KSUID.random()).string, KSUID.randomSync(1.7e12).string],
}
