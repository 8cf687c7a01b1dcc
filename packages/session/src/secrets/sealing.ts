import { type FieldValue, RetakeError } from '@retake/core'
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
    const nonce = crypto.randomBytes(nonceLength)
    const cipher = crypto.createCipheriv('aes-256-gcm', this.#key, nonce)
    cipher.setAAD(Buffer.from(placeholder))
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
    this.#seal(placeholder, Buffer.concat([nonce, cipher.getAuthTag(), sealed]))
  }
}

/**
 * The sealed secrets of a cassette, by placeholder.
 * @returns `undefined` without a key, and for a cassette in which nothing was sealed.
 * @throws RetakeError `RETAKE_KEY_WRONG`.
 */
export function openSealed(cassette: Cassette, passphrase: string | undefined): ReadonlyMap<string, string> | undefined {
  if (passphrase === undefined || passphrase === '') return undefined
  const secrets = new Map<string, string>()
  for (const { header } of cassette.sessions) {
    const facts = cassette.facts(sealedFacts, header.id)
    const check = facts[checkName]
    if (!(check instanceof Uint8Array)) continue
    const key = keyOf(passphrase, header.id)
    for (const [placeholder, sealed] of Object.entries(facts)) {
      if (sealed instanceof Uint8Array) secrets.set(placeholder, open(key, placeholder, sealed, header.id))
    }
  }
  secrets.delete(checkName)
  return secrets.size === 0 ? undefined : secrets
}

function open(key: Buffer, placeholder: string, sealed: Uint8Array, session: string): string {
  try {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
    const decipher = crypto.createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceLength))
    decipher.setAAD(Buffer.from(placeholder))
    decipher.setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength))
    return Buffer.concat([decipher.update(bytes.subarray(nonceLength + tagLength)), decipher.final()]).toString('utf8')
  } catch (cause) {
    throw new RetakeError('RETAKE_KEY_WRONG', `RETAKE_KEY does not open the secrets that session ${session} sealed.`, {
      cause,
      details: { session },
    })
  }
}
