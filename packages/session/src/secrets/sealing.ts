import { type FieldValue, primordials, RetakeError } from '@retake/core'
import type { Cassette } from '@retake/cassette'

const crypto = process.getBuiltinModule('node:crypto')

/** Facts of this protocol hold sealed secrets, by their placeholders; no wire protocol has the name. */
export const sealedFacts = 'sealed'
/** The fact by which a wrong key is told from the right one. */
const checkName = 'check'
const checkText = 'retake'

const nonceLength = 12
const tagLength = 16

/** Derived keys of this process: scrypt takes 40 ms. */
const derived: Map<string, Buffer> = new Map()

/** @param salt Of the session: the same key seals each session differently. */
function keyOf(passphrase: string, salt: string): Buffer {
  const name = `${salt}\n${passphrase}`
  let key = derived.get(name)
  if (key === undefined) {
    key = crypto.scryptSync(passphrase, `retake sealing ${salt}`, 32)
    derived.set(name, key)
  }
  return key
}

/**
 * Seals secrets while a session is recorded: AES-256-GCM, with the placeholder as associated data, so that a sealed
 * secret opens only in its own place.
 */
export class Sealer {
  readonly #key: Buffer
  readonly #seal: (name: string, value: FieldValue) => void
  readonly #known: Set<string> = new Set()

  /** @param seal Keeps a sealed secret under its name. */
  constructor(passphrase: string, session: string, seal: (name: string, value: FieldValue) => void) {
    this.#key = keyOf(passphrase, session)
    this.#seal = seal
    this.keep(checkName, checkText)
  }

  /** Keeps the secret behind a placeholder. */
  keep(placeholder: string, secret: string): void {
    if (this.#known.has(placeholder)) return
    this.#known.add(placeholder)
    this.#seal(placeholder, this.seal(Buffer.from(secret, 'utf8'), placeholder))
  }

  /** Encrypts; opens only under the same name. */
  seal(plain: Uint8Array, name: string): Uint8Array {
    const nonce = primordials.randomBytes(nonceLength)
    const cipher = crypto.createCipheriv('aes-256-gcm', this.#key, nonce)
    cipher.setAAD(Buffer.from(name))
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
  }
}

/** What a key opens. */
export interface SealedSecrets {
  /** By placeholder. */
  readonly secrets: ReadonlyMap<string, string>
  /**
   * Decrypts what {@link Sealer.seal} encrypted in a session.
   * @throws RetakeError `RETAKE_KEY_WRONG`.
   */
  open(session: string, sealed: Uint8Array, name: string): Uint8Array
}

/**
 * The sealed secrets of a cassette.
 * @param passphrases Keys that may have sealed it; each session has one of its own.
 * @returns `undefined` without a key, and for a cassette in which nothing was sealed.
 * @throws RetakeError `RETAKE_KEY_WRONG`.
 */
export function openSealed(cassette: Cassette, passphrases: readonly string[]): SealedSecrets | undefined {
  if (passphrases.length === 0) return undefined
  const secrets = new Map<string, string>()
  const keys = new Map<string, Buffer>()
  for (const { header } of cassette.sessions) {
    const facts = cassette.facts(sealedFacts, header.id)
    const check = facts[checkName]
    if (!(check instanceof Uint8Array)) continue
    const key = passphrases.map((passphrase) => keyOf(passphrase, header.id)).find((candidate) => opens(candidate, check))
    if (key === undefined) throw wrongKey(header.id, undefined)
    keys.set(header.id, key)
    for (const [placeholder, sealed] of Object.entries(facts)) {
      if (sealed instanceof Uint8Array) secrets.set(placeholder, Buffer.from(open(key, placeholder, sealed, header.id)).toString('utf8'))
    }
  }
  secrets.delete(checkName)
  if (keys.size === 0) return undefined
  return {
    secrets,
    open: (session, sealed, name) => {
      const key = keys.get(session)
      if (key === undefined) throw wrongKey(session, undefined)
      return open(key, name, sealed, session)
    },
  }
}

function opens(key: Buffer, check: Uint8Array): boolean {
  try {
    open(key, checkName, check, '')
    return true
  } catch {
    return false
  }
}

function open(key: Buffer, name: string, sealed: Uint8Array, session: string): Uint8Array {
  try {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
    const decipher = crypto.createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceLength))
    decipher.setAAD(Buffer.from(name))
    decipher.setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength))
    return Buffer.concat([decipher.update(bytes.subarray(nonceLength + tagLength)), decipher.final()])
  } catch (cause) {
    throw wrongKey(session, cause)
  }
}

function wrongKey(session: string, cause: unknown): RetakeError {
  return new RetakeError('RETAKE_KEY_WRONG', `RETAKE_KEY does not open the secrets that session ${session} sealed.`, {
    cause,
    details: { session },
  })
}
