import type { X509Certificate } from 'node:crypto'

/** A certificate as `TLSWrap.getPeerCertificate` gives it; `tls` still parses `infoAccess`, which is text here. */
interface RawCertificate {
  infoAccess?: unknown
  issuerCertificate?: RawCertificate
}

/** DER as an object. */
export function parseCertificate(der: Uint8Array): X509Certificate {
  const { X509Certificate: Certificate } = process.getBuiltinModule('node:crypto')
  return new Certificate(der)
}

function raw(certificate: X509Certificate): RawCertificate {
  const legacy = certificate.toLegacyObject() as unknown as RawCertificate
  if (certificate.infoAccess !== undefined) legacy.infoAccess = certificate.infoAccess
  return legacy
}

/**
 * The peer's certificate from DER.
 * @param issuers Of the chain; hung on `issuerCertificate` when `detailed`. A self-signed one is its own issuer, as in Node.
 */
export function rawPeerCertificate(der: Uint8Array, issuers: readonly Uint8Array[], detailed: boolean): RawCertificate {
  const leaf = parseCertificate(der)
  const certificate = raw(leaf)
  if (!detailed) return certificate
  let last = certificate
  let top = leaf
  for (const issuer of issuers) {
    top = parseCertificate(issuer)
    last.issuerCertificate = raw(top)
    last = last.issuerCertificate
  }
  if (top.subject === top.issuer) last.issuerCertificate = last
  return certificate
}
