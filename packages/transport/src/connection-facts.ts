/** What can be read off a live socket. */
import type { Socket } from 'node:net'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import { internals } from './socket-internals.ts'
import type { ConnectedFacts, SecuredFacts } from './seam.ts'

export function connectedFacts(socket: Socket, lookup: readonly (readonly [string, number])[]): ConnectedFacts {
  const { localAddress, localPort, remoteAddress, remotePort, remoteFamily } = socket
  return {
    ...(localAddress !== undefined ? { localAddress } : undefined),
    ...(localPort !== undefined ? { localPort } : undefined),
    ...(remoteAddress !== undefined ? { remoteAddress } : undefined),
    ...(remotePort !== undefined ? { remotePort } : undefined),
    ...(remoteFamily !== undefined ? { remoteFamily } : undefined),
    ...(lookup.length > 0 ? { lookup } : undefined),
  }
}

/** At most this many issuers are followed; chains are three certificates long, loops endless. */
const longestChain = 10

/**
 * Peer's certificate and its issuers, DER. Not by `getPeerX509Certificate`: in Node 20 it takes the certificate out of the
 * chain, and the app's later `getPeerCertificate` comes back empty.
 */
function chainOf(socket: TLSSocket): Uint8Array[] {
  const chain: Uint8Array[] = []
  let certificate: Partial<DetailedPeerCertificate> | undefined = socket.getPeerCertificate(true)
  while (certificate?.raw !== undefined && chain.length <= longestChain) {
    chain.push(Uint8Array.from(certificate.raw))
    if (certificate.issuerCertificate === certificate) break
    certificate = certificate.issuerCertificate
  }
  return chain
}

/** `getEphemeralKeyInfo` of a closed socket is `null`, of a session without a key exchange `{}`. */
function ephemeralKeyOf(socket: TLSSocket): SecuredFacts['ephemeralKey'] {
  const key = socket.getEphemeralKeyInfo() as {
    type?: string
    name?: string
    size?: number
  } | null
  if (key === null) return undefined
  return {
    ...(key.type !== undefined ? { type: key.type } : undefined),
    ...(key.name !== undefined ? { name: key.name } : undefined),
    ...(key.size !== undefined ? { size: key.size } : undefined),
  }
}

/** After the handshake. No session ticket and no key material: they would let their holder resume the real session. */
export function securedFacts(socket: TLSSocket): SecuredFacts {
  const [certificate, ...issuers] = chainOf(socket)
  const handle = internals(socket)._handle as {
    verifyError?(): (Error & { code?: string }) | null
  } | null
  const verifyError = handle?.verifyError?.() ?? undefined
  const { servername } = socket as unknown as { servername?: string | false | null }
  const ephemeralKey = ephemeralKeyOf(socket)
  return {
    alpnProtocol: socket.alpnProtocol ?? false,
    authorized: verifyError === undefined,
    ...(verifyError !== undefined ? { authorizationError: verifyError.code ?? '', authorizationMessage: verifyError.message } : undefined),
    protocol: socket.getProtocol(),
    cipher: socket.getCipher(),
    ...(servername !== undefined && servername !== null ? { servername } : undefined),
    ...(certificate !== undefined ? { peerCertificate: certificate } : undefined),
    ...(issuers.length > 0 ? { issuerCertificates: issuers } : undefined),
    sessionReused: socket.isSessionReused(),
    ...(ephemeralKey !== undefined ? { ephemeralKey } : undefined),
  }
}
