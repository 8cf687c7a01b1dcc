import type { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import { parseCertificate, rawPeerCertificate } from './certificates.ts'
import type { SecuredFacts } from './seam.ts'
import { internals } from './socket-internals.ts'
import type { VirtualConnection } from './virtual-connection.ts'
import { VirtualHandle } from './virtual-handle.ts'

/**
 * Stands where the TLSWrap would stand in a `tls.TLSSocket`: no handshake, no cipher. What the handshake found is read
 * from the recorded facts; what Node makes of it (identity check, events, errors) is Node's own code.
 */
export class VirtualTlsHandle extends VirtualHandle {
  /** As on TLSWrap; `lib/_tls_wrap.js` and others look at them. */
  readonly _parent: VirtualHandle | undefined
  readonly _parentWrap: Socket | undefined
  readonly _secureContext: object = {}
  connection: VirtualConnection | undefined
  // Set by TLSSocket.
  onerror: ((error: Error) => void) | undefined = undefined
  onhandshakedone: (() => void) | undefined = undefined
  onnewsession: ((this: VirtualTlsHandle, id: Buffer, session: Buffer) => void) | undefined = undefined
  #facts: SecuredFacts | undefined
  #servername: string | undefined
  #tellsSessions = false
  #sessionsLeft = 0

  /** @param base The socket below, of an upgrade in place. */
  constructor(kind: { readonly isPipe: boolean; readonly base?: Socket; readonly parent?: VirtualHandle }) {
    super({ secure: true, isPipe: kind.isPipe })
    this._parent = kind.parent
    this._parentWrap = kind.base
  }

  /** The handshake is done. */
  secured(facts: SecuredFacts): void {
    this.#facts = facts
    // OpenSSL's servers send two tickets after a handshake of TLS 1.3, and one during that of TLS 1.2.
    this.#sessionsLeft = facts.protocol === 'TLSv1.3' ? 2 : 1
    if (facts.protocol !== 'TLSv1.3' && facts.sessionReused !== true) this.sessionArrived()
    this.onhandshakedone?.()
  }

  /** A session to be resumed; the real one is a secret of the recorded peer, and there is nothing here to resume. */
  sessionArrived(): boolean {
    if (!this.#tellsSessions || this.#sessionsLeft === 0 || this.onnewsession === undefined) return false
    this.#sessionsLeft--
    this.onnewsession(Buffer.alloc(32), Buffer.alloc(32))
    return this.#sessionsLeft > 0
  }

  override close(callback?: () => void): void {
    this.end()
    const base = this._parentWrap
    if (base === undefined) {
      super.close(callback)
    } else if (internals(base)._handle === null) {
      // At once, as in TLSWrap: the base is closed already.
      callback?.()
    } else {
      // Closing the upper socket closes the base one; pg, for one, waits for the latter.
      if (callback !== undefined) base.once('close', callback)
      base.destroy()
    }
  }

  override ref(): void {
    super.ref()
    this._parent?.ref()
  }

  override unref(): void {
    super.unref()
    this._parent?.unref()
  }

  /** `_start` of TLSSocket: the connection stands. */
  start(): void {
    this.connection?.handshake(this.#servername)
  }

  receive(bytes: Uint8Array): void {
    this.connection?.unread(bytes)
  }

  setServername(name: string): void {
    this.#servername = name
  }

  getServername(): string | false | undefined {
    return this.#facts?.servername ?? this.#servername ?? false
  }

  enableSessionCallbacks(): void {
    this.#tellsSessions = true
  }

  verifyError(): Error | null {
    const code = this.#facts?.authorizationError
    if (code === undefined || this.#facts?.authorized === true) return null
    return Object.assign(new Error(this.#facts?.authorizationMessage ?? code), { code })
  }

  getALPNNegotiatedProtocol(): string | false {
    return this.#facts?.alpnProtocol ?? false
  }

  getProtocol(): string | null {
    return this.#facts?.protocol ?? null
  }

  getCipher(): object {
    return { ...this.#facts?.cipher }
  }

  getEphemeralKeyInfo(): object {
    return { ...this.#facts?.ephemeralKey }
  }

  isSessionReused(): boolean {
    return this.#facts?.sessionReused === true
  }

  getPeerCertificate(detailed?: boolean): object | undefined {
    const { peerCertificate, issuerCertificates } = this.#facts ?? {}
    if (peerCertificate === undefined) return undefined
    return rawPeerCertificate(peerCertificate, issuerCertificates ?? [], detailed === true)
  }

  /** The certificate itself: Node would wrap a native handle here, which cannot be had. */
  peerX509(): X509Certificate | undefined {
    const der = this.#facts?.peerCertificate
    return der === undefined ? undefined : parseCertificate(der)
  }

  hasPeerCertificate(): boolean {
    return this.#facts?.peerCertificate !== undefined
  }

  getSession(): Buffer | undefined {
    return this.#facts === undefined ? undefined : Buffer.alloc(32)
  }

  getFinished(): Buffer | undefined {
    return this.#facts === undefined ? undefined : Buffer.alloc(12)
  }

  getPeerFinished(): Buffer | undefined {
    return this.getFinished()
  }

  exportKeyingMaterial(length: number): Buffer {
    return Buffer.alloc(length)
  }

  getSharedSigalgs(): string[] {
    return []
  }

  setMaxSendFragment(): number {
    return 1
  }

  // What has no meaning, or no answer, without a cipher.
  getTLSTicket(): undefined {}
  getCertificate(): undefined {}
  getX509Certificate(): undefined {}
  setVerifyMode(): void {}
  setSession(): void {}
  setALPNProtocols(): void {}
  setKeyCert(): void {}
  enableTrace(): void {}
  enableKeylogCallback(): void {}
  enableCertCb(): void {}
  enablePskCallback(): void {}
  setPskIdentityHint(): void {}
  requestOCSP(): void {}
  renegotiate(): void {}
  destroySSL(): void {}
  writesIssuedByPrevListenerDone(): void {}
}
