import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { compare } from '@retake/comparison'
import { createRedactor } from '@retake/redaction'
import fc from 'fast-check'
import protobuf from 'protobufjs'
import 'protobufjs/ext/descriptor.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ProtobufConfig } from '../../src/protobuf/schema.ts'
import { withProtobuf } from '../../src/protobuf/with-protobuf.ts'
import { createMask } from '../../src/secrets/mask.ts'
import { defaults } from '../../src/settings/settings.ts'
import { rulesFor } from '../../src/settings/take-rules.ts'

const source = `syntax = "proto3"; package shop;
import "shop/user.proto";
message Order { string id = 1; User user = 2; repeated Item items = 3; map<string, int64> totals = 4; repeated sint32 deltas = 5; double rate = 6;
  State state = 7; bytes raw = 8; uint64 big = 9; bool paid = 10; oneof how { string card_token = 11; fixed64 cash = 12; } repeated string tags = 13; }
message Item { string sku = 1; float price = 2; }
enum State { NEW = 0; SENT = 1; }
message Price { int32 cents = 1; }
service Orders { rpc Create (Price) returns (Order); }`
const imported = `syntax = "proto3"; package shop; message User { string email = 1; string password = 2; int32 pin = 3; Credentials credentials = 4; }
message Credentials { string first = 1; bytes second = 2; Credentials more = 3; }`

const order = {
  id: 'ord_1',
  user: {
    email: 'ada@example.com',
    password: 'sw0rdfish',
    pin: 4711,
    credentials: { first: 'opensesame', second: Buffer.from([255, 0, 17, 2, 3, 4, 5, 6, 7, 8]), more: { first: 'xyzzy42' } },
  },
  items: [
    { sku: 'a', price: 1.1 },
    { sku: 'b', price: 2.5 },
  ],
  totals: { eur: 12, usd: 9_007_199_254_740_993n.toString() },
  deltas: [-1, 5, -70_000],
  rate: 0.1,
  state: 1,
  raw: Buffer.from([1, 2, 3]),
  big: '18446744073709551615',
  paid: true,
  card_token: 'tok_abcdefghijk12345',
  tags: ['x', 'y'],
}

let folder: string
let Order: protobuf.Type
let configs: { readonly [kind: string]: ProtobufConfig }

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retake-protobuf-'))
  fs.mkdirSync(path.join(folder, 'shop'))
  fs.writeFileSync(path.join(folder, 'shop/orders.proto'), source)
  fs.writeFileSync(path.join(folder, 'shop/user.proto'), imported)
  const root = new protobuf.Root()
  root.resolvePath = (_, target) => path.resolve(folder, target)
  root.loadSync(['shop/orders.proto'], { keepCase: true }).resolveAll()
  Order = root.lookupType('shop.Order')
  const set = (root as unknown as { toDescriptor(edition: string): protobuf.Message }).toDescriptor('proto3')
  fs.writeFileSync(path.join(folder, 'shop.binpb'), set.$type.encode(set).finish())
  const messages = { 'GET /orders/:id': { response: 'shop.Order' }, 'GET /prices': 'shop.Price' }
  configs = {
    source: { files: [path.join(folder, 'shop/orders.proto')], messages },
    'descriptor set': { files: [path.join(folder, 'shop.binpb')], messages },
  }
})
afterAll(() => fs.rmSync(folder, { recursive: true }))

const encode = (value: object): Uint8Array => new Uint8Array(Order.encode(Order.fromObject(value)).finish())
const type = { 'content-type': 'application/x-protobuf' }
/** A field of number 99, which no schema has. */
const unknown = Buffer.from([0x9a, 6, 3, 1, 2, 3])

describe.each(['source', 'descriptor set'])('messages of a %s', (kind) => {
  const differences = (now: object | Uint8Array, rules: object = {}, before: Uint8Array = encode(order)): string[] => {
    const config = { ...rules, protobuf: configs[kind] }
    const body = now instanceof Uint8Array ? now : encode(now)
    const verdict = compare(
      { status: 200, headers: type, body: before },
      { status: 200, headers: type, body },
      rulesFor(config, { method: 'GET', target: '/orders/7' }),
    )
    return verdict.differences.map(({ path: at }) => at)
  }

  test('a differing field is named by its path', () => {
    expect(differences(order)).toEqual([])
    expect(differences({ ...order, user: { ...order.user, email: 'eve@example.com' } })).toEqual(['body.user.email'])
    expect(differences({ ...order, items: [order.items[0], { sku: 'b', price: 2.75 }] })).toEqual(['body.items[1].price'])
    expect(differences({ ...order, totals: { ...order.totals, usd: '9007199254740992' } })).toEqual(['body.totals.usd'])
    expect(differences({ ...order, deltas: [-1, 5, -70_001], big: '18446744073709551614', state: 0 })).toEqual(
      expect.arrayContaining(['body.deltas[2]', 'body.big', 'body.state']),
    )
  })

  test('the order of fields and of entries of maps does not matter; rules hold inside', () => {
    const entries = Buffer.from(encode({ totals: { usd: order.totals.usd, eur: 12 } }))
    const rest = Buffer.from(encode({ ...order, totals: {} }))
    expect(differences(new Uint8Array(Buffer.concat([entries, rest])))).toEqual([])
    expect(differences({ ...order, tags: ['y', 'x'] }, { unordered: ['body.tags'] })).toEqual([])
    expect(differences({ ...order, tags: ['y', 'x'] })).not.toEqual([])
    expect(differences({ ...order, user: { ...order.user, pin: 1 } }, { noise: ['body.user.pin'] })).toEqual([])
  })

  test('an unknown field is compared by its bytes; bytes that are no message, too', () => {
    const with99 = (last: number): Uint8Array => new Uint8Array(Buffer.concat([encode(order), unknown.subarray(0, 5), Buffer.from([last])]))
    expect(differences(with99(3), {}, with99(3))).toEqual([])
    expect(differences(with99(4), {}, with99(3))).toEqual(['body["#99"]'])
    expect(differences(new Uint8Array([255]), {})).toEqual(['body'])
  })

  test('secrets are found by the names of fields, in any message; everything else stays, byte by byte', () => {
    const bytes = new Uint8Array(Buffer.concat([encode(order), unknown]))
    const key = Buffer.alloc(32, 4)
    const redactor = withProtobuf(createRedactor({ key }), configs[kind])
    const after = redactor.body(bytes, 'application/x-protobuf')
    expect(Buffer.from(after).toString('latin1')).not.toMatch(/sw0rdfish|opensesame|xyzzy42|abcdefghijk12345/)
    expect(Buffer.from(after).includes(Buffer.from([255, 0, 17, 2, 3, 4]))).toBe(false)
    expect(Buffer.from(after.subarray(-unknown.length))).toEqual(unknown)
    const [read, was] = [after, bytes].map((one) => Order.toObject(Order.decode(one), { longs: String, bytes: String })) as [
      typeof order,
      typeof order,
    ]
    expect(read.user.pin).not.toBe(4711)
    expect(read).toMatchObject({ ...was, user: { email: order.user.email }, card_token: expect.stringMatching(/^(?!tok_abc)/) as string })
    // Once more changes nothing, and a recorded body is the live one where secrets do not count.
    expect(redactor.body(after, 'application/x-protobuf')).toBe(after)
    const mask = createMask({ ...defaults.redact, protobuf: configs[kind] as ProtobufConfig })
    expect(Buffer.from(mask.body(after, 'application/x-protobuf'))).toEqual(Buffer.from(mask.body(bytes, 'application/x-protobuf')))
    expect(redactor.body(bytes, 'application/octet-stream')).toBe(bytes)
  })

  test('gRPC: each frame by the types of its method', () => {
    const frame = (message: Uint8Array): Buffer => {
      const head = Buffer.alloc(5)
      head.writeUInt32BE(message.length, 1)
      return Buffer.concat([head, message])
    }
    const body = (...values: object[]): Uint8Array => new Uint8Array(Buffer.concat(values.map((value) => frame(encode(value)))))
    const grpc = { 'content-type': 'application/grpc+proto' }
    const { rules } = rulesFor({ protobuf: configs[kind] as ProtobufConfig }, { method: 'POST', target: '/shop.Orders/Create' })
    const { differences: found } = compare(
      { status: 200, headers: grpc, body: body(order, order) },
      { status: 200, headers: grpc, body: body(order, { ...order, id: 'ord_2' }) },
      { rules },
    )
    expect(found.map(({ path: at }) => at)).toEqual(['body[1].id'])
    const redactor = withProtobuf(
      createRedactor({ key: Buffer.alloc(32, 4), rules: { secret: [{ kind: 'name', name: 'sku', with: 'a longer one' }] } }),
      configs[kind],
    )
    const after = redactor.body(body(order, order), 'application/grpc')
    expect(Buffer.from(after).toString('latin1')).not.toContain('sw0rdfish')
    const length = Buffer.from(after).readUInt32BE(1)
    const read = Order.toObject(Order.decode(after.subarray(5, 5 + length))) as typeof order
    expect(read.items[0]?.sku).toBe('a longer one')
    expect(after).toHaveLength(2 * (5 + length))
  })
})

test('no bytes harm', () => {
  const redactor = withProtobuf(createRedactor({ key: Buffer.alloc(32, 4) }), configs['source'])
  const { rules } = rulesFor({ protobuf: configs['source'] as ProtobufConfig }, { method: 'GET', target: '/orders/7' })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (noise, isBehind) => {
      const bytes = new Uint8Array(isBehind ? Buffer.concat([encode(order), noise]) : noise)
      redactor.body(bytes, 'application/x-protobuf')
      expect(
        compare(
          { status: 200, headers: type, body: bytes },
          { status: 200, headers: type, body: bytes.slice() },
          { rules, clocks: { recordedAt: 0, replayedAt: 0 } },
        ).pass,
      ).toBe(true)
    }),
    { numRuns: 300, seed: 4711 },
  )
  const deep = Array.from({ length: 5000 }).reduce<Uint8Array>(
    (inner) => Buffer.concat([Buffer.from([0x1a, 0x80 | (inner.length & 0x7f), (inner.length >> 7) & 0x7f]), inner]),
    Buffer.alloc(0),
  )
  redactor.body(deep, 'application/x-protobuf')
})

test('a file that is not there, and a key that names nothing, are errors', () => {
  const redactor = withProtobuf(createRedactor({ key: Buffer.alloc(32, 4) }), { files: [path.join(folder, 'none.proto')] })
  expect(() => redactor.body(encode(order), 'application/protobuf')).toThrow(
    expect.objectContaining({ code: 'RETAKE_CONFIG_INVALID', message: expect.stringContaining('none.proto') as string }),
  )
})
