import type { Detector, Span } from '../span.ts'

/** Where what is captured as `secret` is a password, in the words with which clients log in. Upper case, as clients write it: prose does not. */
const shapes: readonly RegExp[] = [
  // SMTP (RFC 4954), IMAP and POP3 (RFC 5034), also in logs
  /\bAUTH(?:ENTICATE)? (?:PLAIN|XOAUTH2|OAUTHBEARER) (?<base64>[A-Za-z\d+/]{4,4096}={0,2})(?![A-Za-z\d+/=])/dg,
  // POP3 (RFC 1939) and FTP (RFC 959): a line of its own
  /(?<![^\n])PASS (?<secret>[^\r\n]{1,512})\r\n/dg,
  // IMAP (RFC 9051)
  /(?<![^\n])[\w.]{1,32} LOGIN (?:"(?:[^"\\\r\n]|\\.){1,256}"|[^"\s]{1,256}) (?:"(?<secret>(?:[^"\\\r\n]|\\.){1,256})"|(?<bare>[^"\s]{1,256}))\r\n/dg,
  // Redis: AUTH [user] password, alone or within HELLO
  /\$4\r\nAUTH\r\n(?:\$\d{1,4}\r\n[^\r\n]{1,512}\r\n(?=\$))?\$\d{1,4}\r\n(?<secret>[^\r\n]{1,512})\r\n/dgi,
  // AMQP 0-9-1: the mechanism, a length, an empty identity, the user, the password, the locale
  // oxlint-disable-next-line no-control-regex
  /\x05PLAIN\0\0[\s\S]{2}\0[^\0]{1,255}\0(?<secret>[^\0]{1,255}?)[\x02-\x10][a-z]{2}_[A-Z]{2}/dg,
]

/** CONNECT of MQTT 3.1.1 and 5, with the flag that a password comes last; up to its fields. */
// oxlint-disable-next-line no-control-regex
const mqttConnect = /\x10[\x80-\xff]{0,3}[\0-\x7f]\0\x04MQTT(?<level>[\x04\x05])(?<flags>[\x40-\x7f\xc0-\xff])[\s\S]{2}/g

/** Passwords in protocols that are not understood, where their own words tell them. */
export const login: Detector = {
  name: 'login',
  hint: /AUTH(?:ENTICATE)? [PXO]|PASS | LOGIN |\$4\r\n[Aa][Uu][Tt][Hh]|PLAIN\0|MQTT/,
  *find(text) {
    for (const { index, 0: head, groups } of text.matchAll(mqttConnect)) {
      const password = mqttPassword(text, index + head.length, codeAt(groups?.['level']), codeAt(groups?.['flags']))
      if (password !== undefined) yield { ...password, detector: 'login' }
    }
    for (const shape of shapes) {
      for (const { indices } of text.matchAll(shape)) {
        const { secret, bare, base64 } = indices?.groups ?? {}
        const at = secret ?? bare ?? base64
        if (at !== undefined && (base64 === undefined || isCredentials(text.slice(...base64))))
          yield { start: at[0], end: at[1], detector: 'login' } satisfies Span
      }
    }
  },
}

/** User and password stand behind NULs (RFC 4616), parts of a token behind SOHs (RFC 7628); a list of mechanisms has neither. */
function isCredentials(base64: string): boolean {
  return Buffer.from(base64, 'base64').some((byte) => byte < 2)
}

function codeAt(character: string | undefined): number {
  return character?.charCodeAt(0) ?? 0
}

/** Each field stands behind its length (MQTT 5, section 3.1.3): client id, will, user, password. */
function mqttPassword(text: string, from: number, level: number, flags: number): Pick<Span, 'start' | 'end'> | undefined {
  let at = from
  const skipProperties = (): void => {
    let length = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = text.charCodeAt(at++)
      length += (byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    at += length
  }
  const field = (): Pick<Span, 'start' | 'end'> => {
    const start = at + 2
    at = start + (text.charCodeAt(at) << 8) + text.charCodeAt(at + 1)
    return { start, end: at }
  }
  if (level === 5) skipProperties()
  field()
  if ((flags & 0x04) !== 0) {
    if (level === 5) skipProperties()
    field()
    field()
  }
  if ((flags & 0x80) !== 0) field()
  const password = field()
  return password.end <= text.length ? password : undefined
}
