import type { Cassette, CassetteSession } from '@retake/cassette'
import { type Call, type DrawKind, type FieldRedactor, type FieldValue, RetakeError, type Take } from '@retake/core'
import { type CallForms, RecordedCalls } from '@retake/matching'
import { drawFacts, kindsLeftAlone } from '../secrets/draw-policy.ts'
import { callForms, maskCall } from '../call-forms.ts'
import type { Settings } from '../settings/settings.ts'
import { redactArguments } from '../secrets/redact-arguments.ts'
import type { CassetteSecrets } from '../secrets/cassette-secrets.ts'
import { TriggerTakes } from './trigger-takes.ts'

/** How a library's takes are read. */
export interface LibraryReading {
  readonly secrets: CassetteSecrets
  /** Masks calls before they are compared. */
  readonly mask: FieldRedactor
  /** What is left out of the equality of calls. */
  readonly match: Settings['match']
}

/**
 * The recorded takes as the player needs them: found by id, by trigger, or by a call that somebody else may answer.
 * Nothing is read before it is asked for.
 */
export class TakeLibrary {
  readonly cassette: Cassette
  /** Where it was opened, for messages. */
  readonly place: string
  readonly #facts: Map<string, { readonly [name: string]: FieldValue }> = new Map()
  readonly #secrets: CassetteSecrets
  readonly #mask: FieldRedactor
  readonly #match: Settings['match']
  /** By session. */
  readonly #native: Map<string, ReadonlySet<DrawKind>> = new Map()
  /** By session. */
  readonly #forms: Map<string, CallForms> = new Map()
  readonly #lenders: Map<string, RecordedCalls> = new Map()
  /** Takes by what started them. */
  readonly triggers: TriggerTakes

  constructor(cassette: Cassette, place: string, { secrets, mask, match }: LibraryReading) {
    this.cassette = cassette
    this.place = place
    this.#secrets = secrets
    this.#mask = mask
    this.#match = match
    this.triggers = new TriggerTakes(cassette, secrets, mask)
  }

  /** Tells cassettes apart; seeds what must be continued beyond the recorded draws. */
  get id(): string {
    return this.cassette.sessions[0]?.header.id ?? ''
  }

  /** How calls are compared with those of a take: an old cassette says less of its calls. */
  formsOf(take: string): CallForms {
    const id = take.slice(0, take.lastIndexOf('-'))
    let forms = this.#forms.get(id)
    if (forms === undefined) {
      const session = this.cassette.sessions.find(({ header }) => header.id === id)
      forms = callForms(this.#match, session === undefined ? undefined : (session.header.callsForm ?? 1))
      this.#forms.set(id, forms)
    }
    return forms
  }

  /** Kinds of draws that were left alone while a take was recorded. */
  nativeKinds(take: string): ReadonlySet<DrawKind> {
    const session = take.slice(0, take.lastIndexOf('-'))
    let kinds = this.#native.get(session)
    if (kinds === undefined) this.#native.set(session, (kinds = kindsLeftAlone(this.cassette.facts(drawFacts, session))))
    return kinds
  }

  /**
   * A fact that was kept for a target: of the connection itself (`connection`) or of a protocol spoken there. A replay may
   * run where the same server has another address: then what is known of the protocol at the recorded ones holds.
   */
  fact(protocol: string, target: string, name: string): FieldValue | undefined {
    const own = this.#factsOf(protocol, target)
    if (own[name] !== undefined || protocol === 'connection' || Object.keys(own).length > 0) return own[name]
    for (const other of this.cassette.targets(protocol)) {
      const fact = this.#factsOf(protocol, other)[name]
      if (fact !== undefined) return fact
    }
    return undefined
  }

  #factsOf(protocol: string, target: string): { readonly [name: string]: FieldValue } {
    const key = `${protocol}\n${target}`
    let facts = this.#facts.get(key)
    if (facts === undefined) {
      facts = this.cassette.facts(protocol, target)
      this.#facts.set(key, facts)
    }
    return facts
  }

  /** A recorded command line has placeholders where the live one has secrets. */
  #maskedWords(argv: readonly string[]): string {
    return redactArguments(argv, this.#mask).join('\0')
  }

  take(id: string): Take | undefined {
    let take: Take
    try {
      take = this.cassette.take(id)
    } catch (error) {
      if (error instanceof RetakeError && error.code === 'RETAKE_TAKE_UNKNOWN') return undefined
      throw error
    }
    return this.#read(take)
  }

  /**
   * `main` for a process or thread that runs now. One that a replayed take started is the one that this take started when it
   * was recorded: of several that were started alike (the workers of a cluster) each is its own again. Any other is the last one
   * with the same arguments (a command often starts several, each of which recorded), or else the last.
   * @param parent See `SessionHeader.parent`.
   */
  mainFor(argv: readonly string[], parent: string | undefined): Take | undefined {
    const { sessions } = this.cassette
    // Making the patterns that secrets are found by takes 2 ms: only where there is a choice.
    if (sessions.length < 2) return this.#main(sessions[0])
    const words = this.#maskedWords(argv)
    const same = sessions.filter(({ header }) => this.#maskedWords(header.argv) === words)
    const alike = ({ header }: CassetteSession): boolean => header.parent === parent
    // Another build of the app has other arguments; a thread's session is not the one that it goes on from.
    return this.#main(same.findLast(alike) ?? same.at(-1) ?? sessions.findLast(alike) ?? sessions.at(-1))
  }

  #main(session: CassetteSession | undefined): Take | undefined {
    const main = session === undefined ? undefined : this.cassette.main(session.header.id)
    return main === undefined ? undefined : this.#read(main)
  }

  /** The first other take that has an interaction with this key. */
  elsewhere(
    key: string,
    except: string,
  ): { readonly take: string; readonly calls: RecordedCalls; readonly interaction: number } | undefined {
    const found = this.cassette.callsByKey(key).find(({ takeId }) => takeId !== except)
    if (found === undefined) return undefined
    return { take: found.takeId, interaction: found.interaction, calls: this.#lender(found.takeId) }
  }

  /** Other takes, for the explanation of a miss; read for the occasion, not kept. */
  *others(except: string): Iterable<RecordedCalls> {
    for (const { id } of this.cassette.takes) if (id !== except) yield this.#calls(id)
  }

  /** Opens what was sealed, and masks the calls: they are compared with masked ones. */
  #read(take: Take): Take {
    const opened = this.#secrets.open(take)
    // Equal calls of a take are one object.
    const masked = new Map<Call, Call>()
    const interactions = opened.interactions.map((interaction) => {
      let call = masked.get(interaction.call)
      if (call === undefined) masked.set(interaction.call, (call = maskCall(interaction.call, this.#mask)))
      return call === interaction.call ? interaction : { ...interaction, call }
    })
    return { ...opened, interactions }
  }

  #lender(id: string): RecordedCalls {
    let calls = this.#lenders.get(id)
    if (calls === undefined) {
      calls = this.#calls(id)
      this.#lenders.set(id, calls)
    }
    return calls
  }

  #calls(id: string): RecordedCalls {
    return new RecordedCalls(this.#read(this.cassette.take(id)), this.formsOf(id))
  }
}
