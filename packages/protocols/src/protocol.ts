import type {
  Call,
  Chunk,
  Ending,
  FieldRedactor,
  FieldValue,
  Interaction,
  Recent,
  RetakeError,
  SpanIds,
  Target,
  TransportError,
} from '@retake/core'

/** When, and on behalf of which take, bytes passed. */
export interface Stamp {
  /** Number of the take; for received bytes the scope is unknown, and 0. */
  readonly take: number
  /** ms, monotonic. */
  readonly at: number
  /** The app's span in which it was sent, where it has any; to be handed on with the stamp. */
  readonly span?: SpanIds | undefined
}

/** What a connection is, from the first byte on. */
export interface ConnectionFacts {
  readonly target: Target
  /** Numbered within the session. */
  readonly connection: number
  /** While recording: number of the take that opened it. */
  readonly openedBy?: number
}

/** One interaction while it is being put together. */
export interface OpenInteraction {
  /** Sets or betters what was asked; it must be set before `end`. */
  call(call: Call): void
  /** Bytes of the outcome that arrived together. Each chunk is one delivery to the take. The bytes are copied if kept. */
  chunk(bytes: Uint8Array, stamp: Stamp, mark?: string): void
  /** What the virtual server needs beside the bytes. */
  meta(meta: { readonly [name: string]: FieldValue }): void
  /** The outcome is complete. Later calls are ignored. */
  end(ending: Ending, stamp: Stamp): void
}

/** Takes the interactions that a conversation finds. */
export interface ConversationSink {
  /** A call begins: its order among the calls of its take is settled now. */
  begin(stamp: Stamp): OpenInteraction
  /** Facts about the connection that its virtual server needs (a greeting, negotiated parameters), kept once per target. */
  connectionFact(name: string, value: FieldValue): void
}

/**
 * Listens to one live connection and pairs calls with outcomes. Runs in the recording worker; it must be incremental
 * (bytes come split anywhere), bounded in memory, and it never throws on hostile bytes: what it cannot follow it gives
 * up by calling `end` with what it has, and says so through `connectionFact('unreadable', reason)`.
 */
export interface Conversation {
  /** The app wrote. `stamp.take` is the take that wrote. */
  sent(bytes: Uint8Array, stamp: Stamp): void
  received(bytes: Uint8Array, stamp: Stamp): void
  /** TLS was put on top in place; bytes from here on are plaintext of the upgraded connection. */
  secured(stamp: Stamp): void
  sentEnd(stamp: Stamp): void
  receivedEnd(stamp: Stamp): void
  /** The connection is gone. `byApp`: the app destroyed it first. */
  closed(stamp: Stamp, how: { readonly error?: TransportError; readonly byApp: boolean }): void
}

/** How the outcome of an asked call is delivered to the virtual server, by the player, in recorded completion order. */
export interface Reply {
  /** The interaction that answers; called once, before any chunk, synchronously within `ask` or later. */
  found(interaction: Interaction): void
  /** Next chunk of the outcome; its turn has come. */
  chunk(chunk: Chunk): void
  ending(ending: Ending): void
  /** Nothing answers. The server must make the real client fail with this error, in the protocol's own way where it has one. */
  missed(error: RetakeError): void
}

/** How a call is asked. */
export interface AskOptions {
  /**
   * The take's own recorded interaction or nothing: it is neither borrowed nor repeated, and nothing recorded is no miss
   * (`missed` is called as soon as `ready` was, and nothing is counted). For outcomes that may but need not have happened:
   * a start-up that failed, a notification.
   */
  readonly optional?: boolean
  /**
   * With `optional`: only when every read and write that the take had begun before it was asked for, too. Where the same call
   * went well at other times (a start-up that was refused once, a statement whose table came later), its place among the
   * others tells which time this is.
   */
  readonly due?: boolean
}

/** What a virtual server may do. */
export interface VirtualServerHost {
  readonly facts: ConnectionFacts
  /** Facts that the conversation kept for this target, by name; `undefined` when the cassette has none. */
  connectionFact(name: string): FieldValue | undefined
  /**
   * Asks for the outcome of a call. Must be called synchronously within `received`, so that the scope is the caller's, or
   * within a method of a `Reply`: it then has the scope of the call that this reply answers.
   * @returns `ready()`: to be called when this reply may be delivered as far as the connection is concerned (the replies
   *   before it on this connection are done). No `chunk`, `ending` or `missed` comes before that.
   */
  ask(call: Call, reply: Reply, options?: AskOptions): { ready(): void; abandon(): void }
  /**
   * Sends bytes to the client at once (handshakes, acknowledgements); delivery itself is asynchronous. What is sent within
   * `received` is delivered in the scope of that writer: a client may continue the caller's work from it (postgres.js binds
   * and executes when it has read the description that it asked for).
   */
  send(bytes: Uint8Array): void
  /** Sends FIN. */
  end(): void
  /** Breaks the connection with this error. */
  fail(error: TransportError | Error): void
  /** Runs later on the real clock, outside any take. */
  later(run: () => void): void
}

/** The in-memory peer that a real client talks to. */
export interface VirtualServer {
  /** The connection is open; protocols whose server speaks first greet now. */
  opened(): void
  received(bytes: Uint8Array): void
  /**
   * As `received`, of text that stands for its bytes (Latin-1), for servers that know it as it is.
   * @returns Whether it was heard; if not, its bytes must be given.
   */
  receivedText?(text: string): boolean
  /** TLS was put on top in place. */
  secured(): void
  receivedEnd(): void
  closed(): void
}

/** The fields of a call, by name. */
export type Fields = { readonly [name: string]: FieldValue }

/** What the user leaves out of the equality of HTTP calls. */
export interface IgnoredFields {
  /** Names, in any case; `*` stands for any characters. */
  readonly headers: readonly string[]
  /** Names of parameters; `*` stands for any characters. */
  readonly query: readonly string[]
  /** Paths (`items[*].nonce`), or names of form fields. */
  readonly body: readonly string[]
}

/** How calls are read for comparison. */
export interface CallReading {
  readonly ignored?: IgnoredFields
  /** In which form the calls on the recorded side were made, `callsForm` unless the session says another. */
  readonly form?: number
}

/** Where one redactor found nothing: such things are not looked at again. */
export interface KnownClean {
  /** By identity. */
  readonly calls: Pick<WeakSet<Call>, 'has' | 'add'>
  /** Answers, with whatever their meaning depends on. */
  readonly answers: Pick<Recent<string, true>, 'get' | 'set'>
}

/** Redacts a call, unless it is known that there is nothing in it. */
export function redactedUnlessClean(call: Call, clean: KnownClean | undefined, redacted: (call: Call) => Call): Call {
  if (clean?.calls.has(call) === true) return call
  const after = redacted(call)
  if (after === call) clean?.calls.add(call)
  return after
}

/** A wire protocol: one folder, one line in the registry. */
export interface Protocol {
  readonly name: string
  /**
   * Whether the first bytes that a client sent look like this protocol.
   * @returns `undefined` when more bytes are needed.
   */
  sniff(first: Uint8Array, target: Target): boolean | undefined
  /** The server greets first, so that sniffing the client is impossible; chosen by the target's recorded protocol. */
  readonly serverSpeaksFirst: boolean
  conversation(sink: ConversationSink, facts: ConnectionFacts): Conversation
  server(host: VirtualServerHost): VirtualServer
  /**
   * Rewrites what is secret inside a recorded interaction: its call's fields, and its outcome's frames.
   * @param clean What this redactor needs not look at, and what it has found to be so.
   */
  redact(interaction: Interaction, redact: FieldRedactor, clean?: KnownClean): Interaction
  /** The canonical form of fields that decide equality; volatile parts are taken out or replaced. */
  matchFields(call: Call, reading?: CallReading): Fields
}
