import type { Detector, Span } from '../span.ts'
import { isTrivial } from '../telling-name.ts'

const tag = /<[a-z][\w:-]{0,40}\s[^<>]{1,4096}>/gi
const naming = /\s(?:name|id|property|key)=["']?([^"'\s<>]{1,200})/i
const holding = /\s(?:value|content)=(?:"([^"<>]{1,8192})"|'([^'<>]{1,8192})')/i
/** Property lists of Apple's, and their likes: the name is an element of its own. */
const entry = /<key>([^<>]{1,200})<\/key>\s{0,64}<string>([^<>]{1,8192})(?=<\/string>)/gi

/** Values in markup that are named beside them: `<input name="csrf_token" value="x">`, `<meta name="csrf-token" content="x">`, `<key>password</key><string>x</string>`. */
export const markupField: Detector = {
  name: 'markup-field',
  hint: /<[a-z][^<>]{0,4096}(?:value|content)=|<key>/i,
  *find(text, { isTelling, secret }): Generator<Span> {
    for (const match of text.matchAll(tag)) {
      const [whole] = match
      const name = naming.exec(whole)?.[1]
      const held = holding.exec(whole)
      const value = held?.[1] ?? held?.[2]
      if (name === undefined || held === null || value === undefined || isTrivial(value) || !isTelling(name)) continue
      const start = match.index + held.index + held[0].length - 1 - value.length
      yield { start, end: start + value.length, detector: 'name', rewrite: secret }
    }
    for (const { 0: whole, 1: name = '', 2: value = '', index } of text.matchAll(entry)) {
      const end = index + whole.length
      if (isTelling(name) && !isTrivial(value)) yield { start: end - value.length, end, detector: 'name', rewrite: secret }
    }
  },
}
