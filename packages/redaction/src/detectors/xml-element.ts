import type { Detector } from '../span.ts'
import { isTrivial } from '../telling-name.ts'

const element = /<([A-Za-z_][\w.:-]{0,80})(?:\s[^<>]{0,512})?>(?:<!\[CDATA\[)?([^<>\]]{1,8192})(?=\]\]>|<\/)/g

/** `<password>x</password>`, with a namespace, attributes or a CDATA section. */
export const xmlElement: Detector = {
  name: 'xml-element',
  hint: /<\/|\]\]>/,
  *find(text, { isTelling, secret }) {
    for (const match of text.matchAll(element)) {
      const [whole, name, value] = match as unknown as [string, string, string]
      if (!isTelling(name) || isTrivial(value.trim())) continue
      const end = match.index + whole.length
      yield { start: end - value.length, end, detector: 'name', rewrite: secret }
    }
  },
}
