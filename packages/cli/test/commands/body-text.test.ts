import zlib from 'node:zlib'
import { expect, test } from 'vitest'
import { bodyText } from '../../src/commands/body-text.ts'

test('JSON is indented, numbers stay as they were sent', () => {
  expect(bodyText(Buffer.from('{"a":[1]}'), undefined, 80)).toEqual(['{', '  "a": [', '    1', '  ]', '}'])
  expect(bodyText(Buffer.from('{"a":9007199254740993}'), undefined, 80)).toEqual(['{"a":9007199254740993}'])
})

test('codings are taken off', () => {
  expect(bodyText(zlib.gzipSync('hello'), 'gzip', 80)).toEqual(['hello'])
  expect(bodyText(zlib.brotliCompressSync('hello'), 'br', 80)).toEqual(['hello'])
})

test('what is no text, or too much of it, is shown by its size', () => {
  expect(bodyText(Buffer.from([0xff, 0xfe]), undefined, 80)).toEqual(['<2 B>'])
  expect(bodyText(Buffer.from('not gzip'), 'gzip', 80)).toEqual(['<8 B, gzip>'])
  const bomb = zlib.gzipSync(Buffer.alloc(8 * 1024 * 1024))
  expect(bodyText(bomb, 'gzip', 80)).toEqual([expect.stringMatching(/^<.* KB, gzip>$/)])
})

test('long bodies and long lines are cut, and say so', () => {
  const lines = bodyText(Buffer.from(Array.from({ length: 100 }, () => 'x'.repeat(200)).join('\n')), undefined, 60)
  expect(lines).toHaveLength(41)
  expect(lines[0]).toHaveLength(60)
  expect(lines.at(-1)).toBe('… 60 more lines (--json has all of it)')
})
