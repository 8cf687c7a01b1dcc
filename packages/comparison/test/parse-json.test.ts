import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isJsonArray, isJsonObject, JsonNumber, jsonText, type JsonValue, parseJson } from '@retake/comparison'

test('reads what JSON.parse reads, and nothing else', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(native(parseJson(text))).toEqual(JSON.parse(text))
    }),
    { numRuns: 500 },
  )
  const broken = fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '{', ']', '\\', '0', '\u0001', ' '))
  fc.assert(
    fc.property(broken, ([text, at, piece]) => {
      const place = at % (text.length + 1)
      const changed = text.slice(0, place) + piece + text.slice(place + 1)
      expect(parseJson(changed) !== undefined || hasDuplicate(changed)).toBe(isJson(changed))
    }),
    { numRuns: 2000 },
  )
})

test.each([
  '',
  ' ',
  '[1,]',
  '[,1]',
  '{"a"}',
  '{"a":}',
  '{a:1}',
  "['a']",
  '01',
  '+1',
  '1.',
  '.5',
  '1e',
  'NaN',
  '[1 2]',
  '"a',
  '"\\x"',
  '[[]',
  '{}}',
  'nul',
  '"\t"',
])('refuses %j', (text) => expect(parseJson(text)).toBeUndefined())

test('keeps numbers as they were written, and members in their order', () => {
  const text = '{"b":9007199254740993,"a":[1.0,-0,1E+2],"__proto__":{}}'
  expect(jsonText(parseJson(text) ?? null)).toBe(text)
})

test('a name given twice has no one meaning', () => expect(parseJson('{"a":1,"b":{"c":1,"c":1}}')).toBeUndefined())

test('a million levels are no problem', () => {
  const text = `${'[{"a":'.repeat(250_000)}1${'}]'.repeat(250_000)}`
  expect(jsonText(parseJson(text) ?? null)).toBe(text)
})

function native(value: JsonValue | undefined): unknown {
  if (value === undefined) return undefined
  if (value instanceof JsonNumber) return Number(value.source)
  if (isJsonArray(value)) return value.map(native)
  return isJsonObject(value) ? Object.fromEntries(Array.from(value, ([name, member]) => [name, native(member)])) : value
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Whether JSON.parse sees fewer names in a text than are written there. */
function hasDuplicate(text: string): boolean {
  // The root counts as a member of a nameless object.
  let read = -1
  try {
    JSON.parse(text, function (this: unknown, _name, value: unknown) {
      if (!Array.isArray(this)) read++
      return value
    })
  } catch {
    return false
  }
  let written = 0
  let isInText = false
  for (let index = 0; index < text.length; index++) {
    if (isInText && text[index] === '\\') index++
    else if (text[index] === '"') isInText = !isInText
    else if (!isInText && text[index] === ':') written++
  }
  return written > read
}

test('objects of one kind share their names; others do not suffer for it', () => {
  const unlike = [
    '{"a":1,"b":2}',
    '{"b":2,"a":1}',
    '{"a":1}',
    '{}',
    '{"":1}',
    '{"a":1,"b":2,"c":{"a":1,"b":2}}',
    '{"a\\"b":1}',
    '{"a":1,"a\\u0062":2}',
    `{${Array.from({ length: 200 }, (_, index) => `"n${index}":${index}`).join(',')}}`,
  ]
  const text = `[${[...unlike, ...unlike].join(',')}]`
  expect(native(parseJson(text))).toEqual(JSON.parse(text))
  expect(parseJson('[{"a\\"b":1},{"a"b":1}]')).toBeUndefined()
  expect(parseJson('[{"a":1,"b":2},{"a":1,"a":2}]')).toBeUndefined()
  expect(parseJson(`{${Array.from({ length: 200 }, (_, index) => `"n${index % 199}":1`).join(',')}}`)).toBeUndefined()
})

test('thousands of shapes', () => {
  const text = `[${Array.from({ length: 5000 }, (_, index) => `{"a":1,"n${index}":{"b":2}}`).join(',')}]`
  expect(native(parseJson(text))).toEqual(JSON.parse(text))
})
