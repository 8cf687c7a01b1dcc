import type { SecuredFacts } from '@retake/transport'

/** {@link SecuredFacts} as a cassette keeps them: certificates as base64 of their DER form. */
export interface StoredSecuredFacts extends Omit<SecuredFacts, 'peerCertificate' | 'issuerCertificates'> {
  readonly certificate?: string
  readonly issuers?: readonly string[]
}

export function storedSecuredFacts(facts: SecuredFacts): StoredSecuredFacts {
  const { peerCertificate, issuerCertificates, ...rest } = facts
  return {
    ...rest,
    ...(peerCertificate === undefined ? {} : { certificate: base64(peerCertificate) }),
    ...(issuerCertificates === undefined ? {} : { issuers: issuerCertificates.map(base64) }),
  }
}

export function securedFacts(stored: StoredSecuredFacts): SecuredFacts {
  const { certificate, issuers, ...rest } = stored
  return {
    ...rest,
    ...(certificate === undefined ? {} : { peerCertificate: Buffer.from(certificate, 'base64') }),
    ...(issuers === undefined ? {} : { issuerCertificates: issuers.map((issuer) => Buffer.from(issuer, 'base64')) }),
  }
}

/**
 * What a virtual TLS connection shows where nothing was recorded for its target. There is no certificate, and Node asks for none where
 * a session is resumed: what the app asks over the connection shall be missed by its name, and not fail as somebody else's.
 */
export const secureDefaults: SecuredFacts = {
  alpnProtocol: false,
  authorized: true,
  sessionReused: true,
  protocol: 'TLSv1.3',
  cipher: { name: 'TLS_AES_256_GCM_SHA384', standardName: 'TLS_AES_256_GCM_SHA384', version: 'TLSv1.3' },
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
