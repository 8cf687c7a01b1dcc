import { rewritePercentEncoded } from '../formats/percent-encoding.ts'
import { looksRandom } from '../looks-random.ts'
import type { Detector, Span } from '../span.ts'

/** Query parameters that give access to whoever has the URL: S3, Google, Azure (SAS), CloudFront, OSS, mails of one's own. */
const signature =
  /[?&](?:amp;)?(?:X-(?:Amz|Goog|Oss)-(?:Signature|Security-Token|Credential)|Signature|sig|hmac|s3sig|Policy|se_sig)=([^&\s"'<>]{8,4096})/gi
/** Words in a path behind which a token stands. */
const tokenPath =
  /\/(?:(?:reset|set|change|recover|forgot)(?:[-_]?password)?|password[-_]?reset|verify(?:[-_]?e?mail)?|confirm(?:ation)?|activate|activation|invite|invitations?|magic|magic[-_]?link|tokens?|unsubscribe|otp|sso|impersonate|share|shared|s|hooks?|webhooks?|callback)\/([\w.~%+-]{16,512})(?![\w.~%+-])/gi
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** Paths in which also a UUID is a secret: it is made for one mail. */
const mailedPath = /^\/(?:reset|set|change|recover|forgot|password|verify|confirm|activat|invit|magic)/i

/** Signatures of presigned URLs, and tokens as segments of a path. */
export const signedUrl: Detector = {
  name: 'signed-url',
  hint: /sig|hmac|X-(?:Amz|Goog|Oss)-|Policy=|\/(?:reset|set|change|recover|forgot|pass|verif|confirm|activ|invit|magic|token|unsub|otp|sso|imperson|share|s\/|hook|webhook|callback)/i,
  *find(text, { secret }): Generator<Span> {
    const rewrite = (raw: string): string => rewritePercentEncoded(raw, secret)
    for (const match of text.matchAll(signature)) yield { ...lastGroup(match), detector: 'signed-url', rewrite }
    for (const match of text.matchAll(tokenPath)) {
      const token = match[1] as string
      if (looksRandom(token) || (uuid.test(token) && mailedPath.test(match[0])))
        yield { ...lastGroup(match), detector: 'signed-url', rewrite }
    }
  },
}

function lastGroup(match: RegExpExecArray): { readonly start: number; readonly end: number } {
  const end = match.index + match[0].length
  return { start: end - (match[1] as string).length, end }
}
