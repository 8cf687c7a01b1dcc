import type { PatchRegistry, Scope, Target, TransportError } from '@retake/core'

/** What is known of a connection once it stands. */
export interface ConnectedFacts {
  readonly localAddress?: string
  readonly localPort?: number
  readonly remoteAddress?: string
  readonly remotePort?: number
  readonly remoteFamily?: string
  /** What `'lookup'` was emitted with, in order (Happy Eyeballs emits once per address); the host is the target's. */
  readonly lookup?: readonly (readonly [address: string, family: number])[]
}

/** What is known of TLS once it stands. The certificate is kept as DER bytes so that `getPeerCertificate` can answer. */
export interface SecuredFacts {
  readonly alpnProtocol: string | false
  /** OpenSSL's verdict on the chain; whether the name fits is for `checkServerIdentity` to say again. */
  readonly authorized: boolean
  /** Code; `authorizationMessage` has the words. */
  readonly authorizationError?: string
  readonly authorizationMessage?: string
  readonly protocol: string | null
  readonly cipher?: {
    readonly name: string
    readonly standardName: string
    readonly version: string
  }
  readonly servername?: string | false
  readonly peerCertificate?: Uint8Array
  /** DER, from the issuer of the peer's certificate upwards, as far as the peer sent them or Node found them. */
  readonly issuerCertificates?: readonly Uint8Array[]
  readonly sessionReused?: boolean
  /** As `getEphemeralKeyInfo` had it. */
  readonly ephemeralKey?: {
    readonly type?: string
    readonly name?: string
    readonly size?: number
  }
}

/** Where taps tell what they hear. Called synchronously on the hot path: it copies and returns, and it never throws. */
export interface TapSink {
  opened(connection: number, target: Target, scope: Scope | undefined): void
  connected(connection: number, facts: ConnectedFacts): void
  /**
   * The app put TLS on top of a connection in place: what is sent and received from here on is plaintext, under the same
   * number. Comes before the handshake: pg, for one, writes before it is done.
   */
  upgraded(connection: number): void
  /** The TLS handshake is done (of a connection that was secure from its beginning, or of an upgraded one). */
  secured(connection: number, facts: SecuredFacts): void
  /** The bytes do not pass JavaScript (`http2` reads the handle natively): nothing more will be heard of them. */
  unreadable?(connection: number, reason: string): void
  /** The app wrote; called before the native write. `scope` is the writer's. */
  sent(connection: number, data: Uint8Array | string, encoding: BufferEncoding | undefined, scope: Scope | undefined): void
  /** Bytes about to be handed to the app. */
  received(connection: number, data: Uint8Array): void
  sentEnd(connection: number, scope: Scope | undefined): void
  receivedEnd(connection: number): void
  /**
   * The socket is destroyed. `byApp`: the app did it before the peer ended and without the transport failing. `error` is
   * the transport's own; an error with which the app destroyed its socket is not told.
   */
  closed(connection: number, how: { readonly error?: TransportError; readonly byApp: boolean }): void
}

/**
 * How a virtual socket is driven by its peer. Deliveries come in the order of the calls, each in a macrotask of its own
 * and in the client's async context, except inside `turn`. What a paused client does not read waits.
 */
export interface VirtualLine {
  /**
   * The connection stands: `lookup`, `connect`, `ready` follow, then `secureConnect` where `secured` is given.
   * A TLS target without `secured` stays in its handshake until `fail`.
   */
  connect(facts: ConnectedFacts, secured: SecuredFacts | undefined): void
  /** Bytes for the client. Copied, so that the client may write into its buffer. */
  push(bytes: Uint8Array): void
  /** FIN from the peer. */
  end(): void
  /** The connection fails, before or after it stood. */
  fail(error: TransportError | Error): void
  /**
   * Delivers what is waiting, then runs `run`; what `run` gives to the line is delivered within that very call, instead of
   * in a macrotask of its own. What the peer answers to something that the client says meanwhile is not. For whoever
   * settles the order of deliveries: to be called from a macrotask that the caller owns, never below a call into the peer.
   */
  turn(run: () => void): void
}

/** The peer of one virtual socket, made by the session. */
export interface VirtualPeer {
  /** The client wrote (also before the connection stands). Called synchronously in the writer's async context. Keep no reference. */
  received(bytes: Uint8Array): void
  /**
   * As `received`, of text that stands for its bytes (Latin-1): for peers that know it as it is, so that it need not become bytes.
   * @returns Whether it was heard; if not, its bytes are given.
   */
  receivedText?(text: string): boolean
  receivedEnd(): void
  /** The client put TLS on top in place: what it writes from here on is plaintext. */
  upgraded(): void
  /**
   * The handshake of an upgrade in place begins.
   * @returns What `secureConnect` shall show; `undefined` to leave the client waiting until `fail`.
   */
  secured(servername: string | undefined): SecuredFacts | undefined
  /** The client's socket is destroyed. */
  closed(): void
}

/** A look-up by name: which function, with which arguments. */
export interface LookupCall {
  /** `lookup`, `resolve4`, `reverse`, ...; the promise and the Resolver forms have the same names. */
  readonly method: string
  /** Without the callback. */
  readonly args: readonly unknown[]
}

/**
 * `values` are what the callback form has after the error, whichever form was called (`lookup`: [address, family], or
 * [addresses] with `all`; `lookupService`: [hostname, service]; all others one value).
 */
export type LookupOutcome = { readonly values: readonly unknown[] } | { readonly error: TransportError }

/** Where a server of this process listens: on a port or on a path. */
export interface ListeningAddress {
  readonly port?: number
  readonly host?: string
  readonly path?: string
  /** The port that the app asked for; 0 for any. */
  readonly asked?: number
  /** The server speaks TLS. */
  readonly secure?: boolean
}

/**
 * What to do with outgoing connections: `listen` to live ones, or `serve` them from memory. The transport does not know
 * the session's mode, it does what it is told per connection.
 */
export interface Seam {
  /** Decides when the app connects. */
  route(target: Target, scope: Scope | undefined): 'leave' | 'tap' | 'virtual' | { readonly blocked: Error }
  readonly taps?: TapSink
  /** Makes the peer for a connection that `route` called virtual. */
  readonly serve?: (target: Target, line: VirtualLine, scope: Scope | undefined) => VirtualPeer
  readonly lookups?: {
    /**
     * The app makes a native look-up (those that `net.connect` itself makes are not reported).
     * @returns Told how it ended; nothing where nobody wants to know.
     */
    observe?(call: LookupCall, scope: Scope | undefined): ((outcome: LookupOutcome) => void) | undefined
    /**
     * Whether a look-up of this scope is answered rather than made.
     * @default all of them, where there is an `answer`
     */
    answers?(scope: Scope | undefined): boolean
    /**
     * Answers a look-up without asking the network. `deliver` may be called later, from a macrotask that the caller owns:
     * the app's callback then runs inside it.
     */
    answer?(call: LookupCall, scope: Scope | undefined, deliver: (outcome: LookupOutcome) => void): void
  }
  /** `dgram` sends, when they shall not leave: called instead of sending. */
  readonly swallowed?: (description: string) => void
  /** This process listens: told once per server, with the address that it really has. */
  readonly listening?: (address: ListeningAddress) => void
  /** Replaces the port that a server asks for (0 for any); its `address()` says the asked one, and connections to that reach the real one. */
  readonly listenPort?: (asked: number) => number
}

/** Installs the seam on `net`, `tls`, `dns` and `dgram`; everything is undone through the registry. */
export type InstallTransport = (patches: PatchRegistry, seam: Seam) => void
