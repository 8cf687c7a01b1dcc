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
          expect(issuer).toMatch(/^[\w-]+$/)
        }
      }
    })
  },
)

it.each(markedShapeTable.map((shape) => [shape.issuer, shape] as const))(
  'keys of %s, which begin with anything, are replaced',
  (_, { pattern, mark }) => {
    const lookaround = /\(\?[!<=](?:[^()]|\([^()]*\))*\)/g
    const before = pattern.includes('webhookb2') ? 'x.webhook.office.com/webhookb2/' : mark === ':AA' ? '12345678:' : ''
    const shape = new RegExp(`^${pattern.replaceAll(lookaround, '')}$`)
    for (const sample of fc.sample(fc.stringMatching(shape), { numRuns: 8, seed: 4711 })) {
      if (/[^A-Za-z0-9]$/.test(sample)) continue
      const after = createRedactor({ key }).text(`see ${before}${sample} there`)
      expect(after).toHaveLength(before.length + sample.length + 10)
      expect(after).not.toContain(sample)
    }
  },
)
