import { rewritePercentEncoded } from '../formats/percent-encoding.ts'
import { looksRandom } from '../looks-random.ts'
import type { Detector } from '../span.ts'

/** A password may hold unescaped `@` and `:`; the last `@` before the host counts. */
const userAndPassword = /:\/\/([^\s:@/?#"'<>]{0,256}):([^\s/"'<>]{0,256})@/g
const userAlone = /:\/\/([^\s:@/?#"'<>]{20,256})@/g
/** Passwords that say that the user is the token. */
const noPassword = /^(?:|x|x-oauth-basic|x-token-auth|oauth2?|api|unused|none)$/i

/** The password in `scheme://user:password@host` (RFC 3986, section 3.2.1), or the token that stands in the user's place. */
export const connectionString: Detector = {
  name: 'connection-string',
  hint: /:\/\/[^\s/]{0,512}@/,
  *find(text, { secret }) {
    const rewrite = (raw: string): string => rewritePercentEncoded(raw, secret)
    for (const match of text.matchAll(userAndPassword)) {
      const [whole, user, password] = match as unknown as [string, string, string]
      const start = match.index + 3
      if (!noPassword.test(password)) {
        yield { start: start + user.length + 1, end: match.index + whole.length - 1, detector: 'connection-string', rewrite }
      } else if (user.length >= 16 && /\d/.test(user)) {
        yield { start, end: start + user.length, detector: 'connection-string', rewrite }
      }
    }
    for (const match of text.matchAll(userAlone)) {
      const user = match[1] as string
      if (looksRandom(user)) yield { start: match.index + 3, end: match.index + 3 + user.length, detector: 'connection-string', rewrite }
    }
  },
}
