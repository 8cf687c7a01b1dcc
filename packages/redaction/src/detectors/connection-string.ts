import { rewritePercentEncoded } from '../formats/percent-encoding.ts'
import type { Detector } from '../span.ts'

const shape = /:\/\/([^\s:@/?#"'<>]{0,256}):([^\s@/"'<>]{1,256})@/g

/** The password in `scheme://user:password@host` (RFC 3986, section 3.2.1). */
export const connectionString: Detector = {
  name: 'connection-string',
  hint: /:\/\/[^\s/]{0,512}@/,
  *find(text, { secret }) {
    for (const match of text.matchAll(shape)) {
      const start = match.index + 4 + (match[1] as string).length
      const end = match.index + match[0].length - 1
      yield { start, end, detector: 'connection-string', rewrite: (password) => rewritePercentEncoded(password, secret) }
    }
  },
}
