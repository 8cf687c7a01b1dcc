import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compare } from '@retake/comparison'
import { clocks, outcome } from './outcomes.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** What two runs draw: the same kind and format, other values. */
const hex = (length: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`))
const uuid = fc.uuid({ version: 4 })
const time = fc.integer({ min: -3600, max: 3600 }).map((seconds) => seconds * 1000)

const value = fc.jsonValue({ maxDepth: 4 }).map((json) => json as Json)

test('everything equals itself, with clocks and without', () => {
  fc.assert(
    fc.property(value, (json) => {
      expect(compare(outcome(json), outcome(json), { clocks })).toEqual({ pass: true, differences: [], more: false })
      expect(compare(outcome(json), outcome(json)).pass).toBe(true)
    }),
  )
})

test('a change of any leaf is found, at its path or at the array around it', () => {
  fc.assert(
    fc.property(value, fc.nat(), (json, choice) => {
      const leaves = leafPaths(json, [])
      const leaf = leaves[choice % leaves.length]
      fc.pre(leaf !== undefined)
      const changed = withLeaf(json, leaf as readonly (string | number)[])
      for (const context of [{}, { clocks }]) {
        const verdict = compare(outcome(json), outcome(changed), context)
        expect(verdict.pass).toBe(false)
        const told = verdict.differences.map(({ path }) => path)
        const place = pathText(leaf as readonly (string | number)[])
        expect(told.every((path) => place.startsWith(path))).toBe(true)
      }
    }),
  )
})

test('texts that differ are never equal without clocks', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
      fc.pre(JSON.stringify(one) !== JSON.stringify(other) && one.isWellFormed() && other.isWellFormed())
      expect(compare(outcome([one]), outcome([other])).pass).toBe(false)
    }),
  )
})

const kinds: readonly (readonly [string, fc.Arbitrary<readonly [recorded: Json, replayed: Json]>])[] = [
  ['uuid', fc.tuple(uuid, uuid)],
  ['hex', fc.tuple(mixedHex(32), mixedHex(32))],
  ['ISO', time.map((ms) => [iso(clocks.recordedAt + ms), iso(clocks.replayedAt + ms)])],
  ['seconds', time.map((ms) => [Math.floor((clocks.recordedAt + ms) / 1000), Math.floor((clocks.replayedAt + ms) / 1000)])],
  ['HTTP date', time.map((ms) => [new Date(clocks.recordedAt + ms).toUTCString(), new Date(clocks.replayedAt + ms).toUTCString()])],
  ['prefixed', fc.tuple(mixedHex(24), mixedHex(24)).map(([one, other]) => [`ord_${one}`, `ord_${other}`])],
  ['in a sentence', fc.tuple(uuid, uuid).map(([one, other]) => [`order ${one} is placed`, `order ${other} is placed`])],
]

test.each(kinds)('noise has no direction: %s', (_kind, pair) => {
  const back = { recordedAt: clocks.replayedAt, replayedAt: clocks.recordedAt }
  fc.assert(
    fc.property(pair, ([one, other]) => {
      expect(compare(outcome({ v: one }), outcome({ v: other }), { clocks }).pass).toBe(true)
      expect(compare(outcome({ v: other }), outcome({ v: one }), { clocks: back }).pass).toBe(true)
    }),
  )
})

test.each(kinds)('what is noise is a difference once it is empty, null or gone: %s', (_kind, pair) => {
  fc.assert(
    fc.property(pair, fc.constantFrom<Json>('', null, 'undefined', 'null', 0, [], {}), ([one], broken) => {
      expect(compare(outcome({ v: one }), outcome({ v: broken }), { clocks }).differences).toMatchObject([{ path: 'body.v' }])
      expect(compare(outcome({ v: one }), outcome({}), { clocks }).differences).toMatchObject([{ path: 'body.v', class: 'missing' }])
    }),
  )
})

test('ids map one to one: of any renaming, what is not a bijection is found', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(uuid, { minLength: 2, maxLength: 6 }),
      fc.uniqueArray(uuid, { minLength: 6, maxLength: 6 }),
      (ids, others) => {
        fc.pre(ids.every((id) => !others.includes(id)))
        const mentions = [...ids, ...ids]
        const renamed = mentions.map((_, index) => others[index % ids.length] as string)
        expect(compare(outcome(mentions), outcome(renamed), { clocks }).pass).toBe(true)
        const swapped = [...renamed]
        swapped[ids.length] = renamed[ids.length + 1] as string
        expect(compare(outcome(mentions), outcome(swapped), { clocks }).differences[0]?.class).toBe('reference')
      },
    ),
  )
})

/** Hex as it is drawn: hardly ever without letters, or without digits. */
function mixedHex(length: number): fc.Arbitrary<string> {
  return hex(length).filter((text) => {
    const letters = text.replace(/\d/g, '').length / length
    return letters >= 0.15 && letters <= 0.7
  })
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function leafPaths(json: Json, at: readonly (string | number)[]): (readonly (string | number)[])[] {
  if (json === null || typeof json !== 'object') return [at]
  const members = Array.isArray(json) ? json.map((item, index) => [index, item] as const) : Object.entries(json)
  return members.flatMap(([step, member]) => leafPaths(member as Json, [...at, step]))
}

function withLeaf(json: Json, [step, ...rest]: readonly (string | number)[]): Json {
  if (step === undefined) return changed(json)
  if (Array.isArray(json)) return json.map((item: Json, index) => (index === step ? withLeaf(item, rest) : item))
  const entries = Object.entries(json as { readonly [name: string]: Json })
  return Object.fromEntries(entries.map(([name, member]) => [name, name === step ? withLeaf(member, rest) : member]))
}

function changed(leaf: Json): Json {
  if (typeof leaf === 'string') return `${leaf}x`
  if (typeof leaf === 'number') return leaf === 0 ? 1 : -leaf
  return leaf === null ? false : !(leaf as boolean)
}

function pathText(steps: readonly (string | number)[]): string {
  const texts = steps.map((step) =>
    typeof step === 'number' ? `[${step}]` : /^[\w$-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`,
  )
  return `body${texts.join('')}`
}
