import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyShapeTable, markedShapeTable, passwordHashTable } from '../src/detectors/key-shape-table.ts'
import { createRedactor } from '../src/index.ts'

const key = new Uint8Array(32).fill(9)
const escaped = (text: string): string => text.replaceAll(/[.$+]/g, String.raw`\$&`)

describe.each([...keyShapeTable, ...passwordHashTable].map((shape) => [`${shape.issuer} ${shape.beginnings[0]}`, shape] as const))(
  'keys of %s',
  (_, { issuer, beginnings, kept, secret }) => {
    it('are replaced, their beginnings kept, and found again', () => {
      for (const beginning of beginnings) {
        const lookaround = /\(\?[!<=][^)]*\)/g
        const shape = new RegExp(`^${escaped(beginning)}${kept}(?<secret>${secret.replaceAll(lookaround, '')})$`)
        const samples = fc.sample(fc.stringMatching(shape), { numRuns: 8, seed: 4711 })
        for (const sample of samples) {
          const hidden = shape.exec(sample)?.groups?.['secret'] as string
          const redactor = createRedactor({ key })
          const after = redactor.text(`see ${sample} there`)
          expect(after, sample).toHaveLength(sample.length + 10)
          expect(after, sample).not.toContain(hidden)
          expect(after.startsWith(`see ${beginning}`), sample).toBe(true)
          expect(Object.keys(redactor.counts), sample).toEqual([expect.stringMatching(/^(?:key|hash)-/)])
          expect(createRedactor({ key }).text(after), sample).toBe(after)
          const mask = createRedactor({ substitute: () => '*' })
          expect(mask.text(after), sample).toBe(mask.text(`see ${sample} there`))
          expect(issuer).toMatch(/^[\w-]+$/)
        }
      }
    })
  },
)

it.each(markedShapeTable.map((shape) => [shape.issuer, shape] as const))(
  'keys of %s, which begin with anything, are replaced',
  (_, { mark, before, after, left = '', right = '' }) => {
    const lookaround = /\(\?<?[!=](?:[^()]|\([^()]*\))*\)/g
    const [kept, end] = [left, right].map((pattern) => pattern.replaceAll(lookaround, ''))
    const group = (pattern: string): string => (pattern === '' ? '' : `(${pattern})`)
    const shape = new RegExp(`^${kept}${group(before)}${escaped(mark)}${group(after)}${end}$`)
    const place = left.includes('webhookb2') ? 'https://x.webhook.office.com/webhookb2/' : ''
    for (const sample of fc.sample(fc.stringMatching(shape), { numRuns: 8, seed: 4711 })) {
      if (/[^A-Za-z0-9=]$/.test(sample) || /^[^A-Za-z0-9]/.test(sample)) continue
      const redactor = createRedactor({ key })
      const whole = redactor.text(`see ${place}${sample} there`)
      expect(whole).toHaveLength(place.length + sample.length + 10)
      expect(whole).toContain(mark)
      for (const secret of shape.exec(sample)?.slice(1) ?? [])
        if ((secret.match(/[A-Za-z0-9]/g) ?? []).length > 5) expect(whole, sample).not.toContain(secret)
      expect(createRedactor({ key }).text(whole), sample).toBe(whole)
      // Calls are compared by marks in the place of secrets: what was replaced has to be found, too.
      const mask = createRedactor({ substitute: () => '*' })
      expect(mask.text(whole), sample).toBe(mask.text(`see ${place}${sample} there`))
      if (place === '') expect(redactor.named('token', sample), sample).toBe(whole.slice(4, -6))
    }
  },
)
