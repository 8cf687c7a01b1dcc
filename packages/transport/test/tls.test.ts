import { describe, expect, it } from 'vitest'
import { compareRuns } from './stage/compare.ts'
import type { LogEntry } from './stage/log.ts'

function kinds(log: readonly LogEntry[]): string[] {
  return log.map(({ kind }) => kind).filter((kind, index, all) => kind !== all[index - 1])
}

function text(log: readonly LogEntry[], kind: 'sent' | 'received'): string {
  return log.map((entry) => (entry.kind === kind ? Buffer.from(entry.bytes, 'base64').toString('latin1') : '')).join('')
}

describe.each(['esm', 'cjs'] as const)('%s', (format) => {
  it('tls.connect is heard above the cipher', async () => {
    const { log } = await compareRuns('tls-connect', 'tls', format)
    expect(text(log, 'sent')).toBe('early later')
    expect(text(log, 'received')).toBe('early later')
    const secured = log.find((entry) => entry.kind === 'secured')
    expect(secured?.facts).toMatchObject({ alpnProtocol: 'echo/1', authorized: true, servername: 'localhost' })
    expect(secured?.facts.issuerCertificates).toHaveLength(1)
  })

  it('what is refused is refused again', async () => {
    const { log } = await compareRuns('tls-refusals', 'tls', format)
    const errors = log.flatMap((entry) => (entry.kind === 'closed' && entry.error !== undefined ? [entry.error.code] : []))
    expect(errors).toContain('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
    expect(errors).toContain('ERR_TLS_CERT_ALTNAME_INVALID')
    expect(errors).toContain('ECONNREFUSED')
  })

  it('a peer that is not TLS', async () => {
    await compareRuns('not-tls', 'firstToEnd', format)
  })

  it('an upgrade in place moves the tap up', async () => {
    const { log } = await compareRuns('start-tls', 'startTls', format)
    expect(new Set(log.map((entry) => ('connection' in entry ? entry.connection : 0)))).toEqual(new Set([1]))
    expect(kinds(log).slice(0, 6)).toEqual(['opened', 'sent', 'connected', 'received', 'upgraded', 'sent'])
    expect(text(log, 'sent')).toBe('starttlsonetwo')
    expect(text(log, 'received')).toBe('gosecret onesecret two')
    expect(log.at(-1)).toMatchObject({ kind: 'closed', byApp: true })
  })

  it('an upgrade while the socket connects', async () => {
    const { log } = await compareRuns('tls-over-connecting', 'tls', format)
    expect(kinds(log)).toEqual(['opened', 'upgraded', 'sent', 'connected', 'secured', 'received', 'closed'])
  })

  it('a bare TLSSocket', async () => {
    const { log } = await compareRuns('bare-tls-socket', 'tls', format)
    expect(kinds(log)).toEqual(['opened', 'connected', 'upgraded', 'secured', 'sent', 'received', 'closed'])
  })
})
