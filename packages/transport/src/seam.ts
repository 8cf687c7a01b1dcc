import type { PatchRegistry, Scope, Target, TransportError } from '@retake/core'

/** What is known of a connection once it stands. */
export interface ConnectedFacts {
  readonly localAddress?: string
  readonly localPort?: number
  readonly remoteAddress?: string
  readonly remotePort?: number
  readonly remoteFamily?: string
  /** What `'lookup'` was emitted with: [address, family, host]. */
  readonly lookup?: readonly [address: string, family: number, host: string]
}

/** What is known of TLS once it stands. The certificate is kept as DER bytes so that `getPeerCertificate` can answer. */
export interface SecuredFacts {
  readonly alpnProtocol: string | false
  readonly authorized: boolean
  readonly authorizationError?: string
  readonly protocol: string | null
  readonly cipher?: { readonly name: string; readonly standardName: string; readonly version: string }
  readonly servername?: string | false
  readonly peerCertificate?: Uint8Array
}

/** Where taps tell what they hear. Called synchronously on the hot path: it copies and returns, and it never throws. */
export interface TapSink {
  opened(connection: number, target: Target, scope: Scope | undefined): void
  connected(connection: number, facts: ConnectedFacts): void
  secured(connection: number, facts: SecuredFacts): void
  /** The app wrote; called before the native write. `scope` is the writer's. */
  sent(connection: number, data: Uint8Array | string, encoding: BufferEncoding | undefined, scope: Scope | undefined): void
  /** Bytes about to be handed to the app. */
  received(connection: number, data: Uint8Array): void
  sentEnd(connection: number, scope: Scope | undefined): void
  receivedEnd(connection: number): void
  closed(connection: number, how: { readonly error?: TransportError; readonly byApp: boolean }): void
}

/** How a virtual socket is driven by its peer. All of it is delivered asynchronously, in the order of the calls. */
export interface VirtualLine {
  /** The connection stands: `lookup`, `connect`, `ready` (and `secureConnect`) follow. */
  connect(facts: ConnectedFacts, secured: SecuredFacts | undefined): void
  /**
   * Bytes for the client.
   * @param scope Runs the delivery in this scope's async context where given (the client's own context otherwise).
   */
  push(bytes: Uint8Array): void
  /** FIN from the peer. */
  end(): void
  /** The connection fails, before or after it stood. */
  fail(error: TransportError | Error): void
}

/** The peer of one virtual socket, made by the session. */
export interface VirtualPeer {
  /** The client wrote (also before the connection stands). Called synchronously in the writer's async context. */
  received(bytes: Uint8Array): void
  receivedEnd(): void
  /**
   * The client put TLS on top in place.
   * @returns What `secureConnect` shall show.
   */
  secured(servername: string | undefined): SecuredFacts
  closed(): void
}

/** A look-up by name: which function, with which arguments. */
export interface LookupCall {
  /** `lookup`, `resolve4`, `reverse`, ...; the promise and the Resolver forms have the same names. */
  readonly method: string
  readonly args: readonly unknown[]
}

export type LookupOutcome = { readonly values: readonly unknown[] } | { readonly error: TransportError }

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
    /** A native look-up by the app ended (look-ups made by `net.connect` itself are not reported). */
    observed?(call: LookupCall, outcome: LookupOutcome, scope: Scope | undefined): void
    /** Answers a look-up without asking the network. */
    answer?(call: LookupCall, scope: Scope | undefined, deliver: (outcome: LookupOutcome) => void): void
  }
  /** `dgram` sends, when they shall not leave: called instead of sending. */
  readonly swallowed?: (description: string) => void
  /** This process listens: told once per server, with the address that it really has. */
  readonly listening?: (address: { readonly port?: number; readonly path?: string; readonly host?: string }) => void
  /** Replaces the port that a server asks for (0 for any); connections to the asked port reach the real one. */
  readonly listenPort?: (asked: number) => number
}

/** Installs the seam on `net`, `tls`, `dns` and `dgram`; everything is undone through the registry. */
export type InstallTransport = (patches: PatchRegistry, seam: Seam) => void
