/** What can be read off a live socket. */
import type { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
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

function issuersOf(certificate: X509Certificate): Uint8Array[] {
  const issuers: Uint8Array[] = []
  let issuer = certificate.issuerCertificate as X509Certificate | undefined
  while (issuer !== undefined && issuers.length < longestChain) {
    issuers.push(Uint8Array.from(issuer.raw))
    issuer = issuer.issuerCertificate as X509Certificate | undefined
  }
  return issuers
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
  const certificate = socket.getPeerX509Certificate()
  const handle = internals(socket)._handle as {
    verifyError?(): (Error & { code?: string }) | null
  } | null
  const verifyError = handle?.verifyError?.() ?? undefined
  const authorizationError = (socket.authorizationError as unknown as string | null) ?? verifyError?.code ?? undefined
  const { servername } = socket as unknown as { servername?: string | false | null }
  const ephemeralKey = ephemeralKeyOf(socket)
  const issuers = certificate === undefined ? [] : issuersOf(certificate)
  return {
    alpnProtocol: socket.alpnProtocol ?? false,
    authorized: socket.authorized || (authorizationError === undefined && verifyError === undefined),
    ...(authorizationError !== undefined ? { authorizationError } : undefined),
    ...(verifyError !== undefined ? { authorizationMessage: verifyError.message } : undefined),
    protocol: socket.getProtocol(),
    cipher: socket.getCipher(),
    ...(servername !== undefined && servername !== null ? { servername } : undefined),
    ...(certificate !== undefined ? { peerCertificate: Uint8Array.from(certificate.raw) } : undefined),
    ...(issuers.length > 0 ? { issuerCertificates: issuers } : undefined),
    sessionReused: socket.isSessionReused(),
    ...(ephemeralKey !== undefined ? { ephemeralKey } : undefined),
  }
}
