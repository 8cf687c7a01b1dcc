import type { Detector } from '../span.ts'

/** Issuer → fixed beginning (kept), and the secret part. No part may repeat what a part before it repeats. */
const shapes: readonly (readonly [issuer: string, beginning: string, secret: string])[] = [
  ['aws', '(?:AKIA|ASIA|ABIA|ACCA)', '[A-Z0-9]{16}'],
  ['github', 'gh[pousr]_', '[A-Za-z0-9]{36,255}'],
  ['github', 'github_pat_', '[A-Za-z0-9_]{22,255}'],
  ['gitlab', 'gl(?:pat|dt|rt|cbt|ptt|ft|soat)-', '[\\w-]{20,255}'],
  ['slack', 'xox[abeoprs]-', '[A-Za-z0-9-]{10,255}'],
  ['slack', 'xapp-', '[A-Za-z0-9-]{20,255}'],
  ['slack', 'hooks\\.slack\\.com/services/', '[A-Za-z0-9/]{20,120}'],
  ['stripe', '[sr]k_(?:live|test)_', '[A-Za-z0-9]{10,255}'],
  ['stripe', 'whsec_', '[A-Za-z0-9+/]{16,255}'],
  ['google', 'AIza', '[\\w-]{35}'],
  ['google', 'ya29\\.', '[\\w-]{20,1024}'],
  ['google', 'GOCSPX-', '[\\w-]{20,64}'],
  ['openai', 'sk-', '[\\w-]{20,255}'],
  ['sendgrid', 'SG\\.', '[\\w-]{16,64}\\.[\\w-]{16,64}'],
  ['twilio', 'SK', '[0-9a-f]{32}'],
  ['npm', 'npm_', '[A-Za-z0-9]{36}'],
  ['pypi', 'pypi-', '[\\w-]{50,255}'],
  ['digitalocean', 'do[oprt]_v1_', '[a-f0-9]{64}'],
  ['mailgun', 'key-', '[0-9a-f]{32}'],
  ['square', 'sq0(?:atp|csp|idp)-', '[\\w-]{22,64}'],
  ['shopify', 'shp(?:at|ca|pa|ss)_', '[A-Fa-f0-9]{32}'],
  ['huggingface', 'hf_', '[A-Za-z0-9]{30,64}'],
  ['notion', '(?:ntn_|secret_)', '[A-Za-z0-9]{40,64}'],
  ['vault', 'hv[sbr]\\.', '[\\w-]{24,255}'],
  ['databricks', 'dapi', '[a-f0-9]{32}'],
  ['doppler', 'dp\\.(?:pt|st|ct|sa)\\.', '[A-Za-z0-9]{40,64}'],
  ['linear', 'lin_(?:api|oauth)_', '[A-Za-z0-9]{32,64}'],
  ['grafana', 'gl(?:sa|c)_', '[\\w=]{32,255}'],
  ['sentry', 'sntry[su]_', '[\\w=+/]{30,255}'],
  ['supabase', 'sb[p]_', '[a-f0-9]{40}'],
  ['postman', 'PMAK-', '[A-Fa-f0-9]{24}-[A-Fa-f0-9]{34}'],
  ['atlassian', 'ATATT3', '[\\w=-]{100,255}'],
  ['telegram', '\\d{8,10}:', 'AA[\\w-]{33}'],
  ['age', 'AGE-SECRET-KEY-1', '[0-9A-Z]{58}'],
]

// A name is matched only where no letter or digit stands before it: hostile runs are not tried again at each of their characters.
const shape = new RegExp(`(?<![A-Za-z0-9])(?:${shapes.map(([, beginning, secret]) => `(${beginning})${secret}`).join('|')})`, 'g')

/** Keys of well-known issuers, by the form that their documentation gives. The fixed beginning stays. */
export const keyShapes: Detector = {
  name: 'key-shape',
  hint: /A(?:KIA|SIA|BIA|CCA|Iza|TATT|GE-)|gh[pousr]_|github_|gl\w{1,4}[-_]|xox|xapp|slack|[sr]k[_-]|whsec|ya29|GOCSPX|SG\.|SK[0-9a-f]{8}|npm_|pypi-|do[oprt]_|key-|sq0|shp|hf_|ntn_|secret_|hv[sbr]|dapi|dp\.|lin_|sntry|sbp_|PMAK|:AA/,
  *find(text) {
    for (const match of text.matchAll(shape)) {
      const ordinal = match.findIndex((group, index) => index > 0 && group !== undefined)
      const beginning = match[ordinal]?.length ?? 0
      yield { start: match.index + beginning, end: match.index + match[0].length, detector: `key-${shapes[ordinal - 1]?.[0] ?? 'unknown'}` }
    }
  },
}
