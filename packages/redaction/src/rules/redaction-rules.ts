import type { FieldPlace } from '@retake/core'

/** A rule of the user's about something that is secret. Without `with` a placeholder takes its place. */
export type SecretRule =
  | { readonly kind: 'name'; readonly name: string; readonly place?: FieldPlace; readonly with?: string }
  /** A path in JSON documents and forms: `user.notes[*].text`; `*` is any member. */
  | { readonly kind: 'path'; readonly path: string; readonly with?: string }
  /** Each match is replaced, or its first group where it has one. Must take linear time. */
  | { readonly kind: 'pattern'; readonly name: string; readonly pattern: RegExp; readonly with?: string }

/** Something that the default rules take for secret and that is not. */
export type AllowRule =
  /** Tokens of known shapes under such a name are still replaced. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'value'; readonly value: string }
  /** What the whole of a finding matches. */
  | { readonly kind: 'pattern'; readonly pattern: RegExp }
  | { readonly kind: 'path'; readonly path: string }

/** Classes of personal data. */
export type PersonalData = 'email' | 'phone' | 'iban' | 'ssn'

/** What a user adds to the default rules, or takes from them. */
export interface RedactionRules {
  readonly secret?: readonly SecretRule[]
  readonly allow?: readonly AllowRule[]
  /** Personal data that is replaced too. @default none */
  readonly personal?: readonly PersonalData[]
  /** Detectors of the default rules that are left out, by name. */
  readonly without?: readonly string[]
}

/** What is to be done with a value because of its name or its place. */
export interface Verdict {
  /**
   * `random`: secret only where it looks random. `plain`: the name says nothing, although it looks so; tokens of known shapes are
   * still replaced. `allowed`: left as it is, whatever it looks like.
   */
  readonly kind: 'secret' | 'random' | 'plain' | 'allowed'
  /** What takes its place. @default a placeholder */
  readonly with?: string
}
