import { describe, expect, test } from 'vitest'
import { derivedPairs } from '../../src/bake/derived-pairs.ts'

describe('what may follow from random values', () => {
  test.each([
    ['a hash', '"9f86d081884c7d65"', '"60303ae22b998861"'],
    ['an ETag', 'W/"aa-NpV3XyjYITQ17D+NscDZVq25wT0"', 'W/"aa-6xMgtlDIgAx3iLw6LfuFYexxAT8"'],
    ['a signed value', 's:abc.T4dLpZ7xqKzvQ1', 's:abc.8RwYc2LmNpXsUv'],
    ['a key with a few random characters', 'sk_test_3ca1', 'sk_test_acae'],
    ['a text around two of them', '<a href="/r/9f86d081">9f86d081</a>', '<a href="/r/60303ae2">60303ae2</a>'],
  ])('%s', (_name, recorded, replayed) => {
    expect(derivedPairs(recorded, replayed)).not.toBeUndefined()
  })

  test('each word by itself', () => {
    expect(derivedPairs('{"a":"9f86d081","b":1}', '{"a":"60303ae2","b":1}')).toEqual([['9f86d081', '60303ae2']])
  })
})

describe('what is another behaviour', () => {
  test.each([
    ['another number', '10', '20'],
    ['a long number', '1234567890', '2234567890'],
    ['another number in a name', '"order-0001"', '"order-0002"'],
    ['another word', '"Margaret"', '"Jonathan"'],
    ['another state', '"delivered"', '"cancelled"'],
    ['another length', '"9f86d081884c7d65"', '"9f86d081884c7d6"'],
    ['another format', '"9f86d081884c7d65"', '"9F86D081884C7D65"'],
    ['a hash that became a word', '"9f86d0818"', '"undefined"'],
    ['something that is not there any more', '"9f86d081884c7d65"', undefined],
    ['a word beside a hash', '"9f86d081 paid"', '"60303ae2 open"'],
    ['the same', '"9f86d081"', '"9f86d081"'],
  ])('%s', (_name, recorded, replayed) => {
    expect(derivedPairs(recorded, replayed)).toBeUndefined()
  })
})
