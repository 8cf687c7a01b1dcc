import type { Call, FieldValue, Outcome } from '@retake/core'

/** What a hook gives: the interaction (or nothing) to keep it, `null` or `false` to leave it out. */
export type HookResult = HookedInteraction | boolean | null | undefined | void

/**
 * A function of the user's that sees each interaction before it is written (`beforeSave`) or matched (`beforeReplay`). It runs
 * synchronously, and may change what it is given.
 */
export type InteractionHook = (interaction: HookedInteraction) => HookResult

/** What a hook may change: a copy of its own. */
export interface HookedInteraction {
  /** `outbound`: a call of the app's. `inbound`: the request that a take began with, and the app's response. */
  readonly direction: 'outbound' | 'inbound'
  /** Id of the take. */
  readonly take: string
  /**
   * What was asked. Of an inbound request: `fields` has `method`, `target` (path and query), `headers`
   * (`[name, value, name, value, …]`) and `body` (bytes as they came).
   */
  call: Omit<Call, 'label' | 'fields'> & { label: string; fields: { [name: string]: FieldValue } }
  /**
   * What came back: bytes as they came over the wire, for protocols without a codec and for experts. Of an inbound request it is a
   * value with `status`, `reason`, `headers` and `body`; one that was never answered has no chunk.
   */
  outcome: Outcome
  /**
   * Rewrites values inside of it, on both sides, in every protocol, and mends lengths, framing and compression around them.
   * @returns The interaction itself.
   */
  rewrite(values: ValueRewriting): HookedInteraction
}

/** How values are rewritten; what is left out leaves its values as they are. */
export interface ValueRewriting {
  /** Of HTTP requests and responses; the name is in lower case. */
  readonly header?: (name: string, value: string) => string
  /** A parameter of a URL's query, decoded. */
  readonly query?: (name: string, value: string) => string
  /** A column of a row, or the parameter of a statement that stands for one. */
  readonly column?: (name: string, value: string) => string
  /** A form field, an argument or a member of what passed through a seam. */
  readonly field?: (name: string, value: string) => string
  /** What has no name: a path, the text of a statement, a body or a message that is neither JSON nor a form. */
  readonly text?: (text: string) => string
  /**
   * A JSON document: a body (decompressed), a WebSocket message, a column. It may be changed in place. One that is changed is
   * written anew, without its white space and with numbers as JavaScript has them.
   * @returns Nothing, or another document.
   */
  readonly json?: (document: unknown) => unknown
  /**
   * Any body, decompressed, before `json` and `text` see it.
   * @param mediaType As the message says it.
   */
  readonly body?: (bytes: Uint8Array, mediaType: string | undefined) => Uint8Array
}

/** Names of the hooks in the configuration. */
export type HookName = 'beforeSave' | 'beforeReplay'

/** Hooks of one cassette, or of a session. */
export interface Hooks {
  readonly beforeSave?: InteractionHook
  readonly beforeReplay?: InteractionHook
}
