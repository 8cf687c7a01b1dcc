import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { rules } from '@secretlint/secretlint-rule-preset-recommend'
import fc from 'fast-check'

/**
 * The rule set that our table of keys is checked against: secretlint's recommended preset, as it is installed. Its expressions are not in
 * this repository: they are asked for by running its rules, and samples are made of them.
 */

/** What a rule of the set finds. */
export interface SetRule {
  /** `aws`, `github`. */
  readonly name: string
  readonly messages: readonly string[]
  /** Every expression by which it looks for keys. */
  readonly expressions: readonly RegExp[]
  /** What it reports in a text: stretches from, to. */
  find(text: string): Promise<readonly Finding[]>
}

export interface Finding {
  readonly message: string
  readonly start: number
  readonly end: number
}

type Source = { readonly content: string; readonly filePath: string; readonly ext: string; readonly contentType: 'text' }
type Report = { readonly message: { readonly messageId: string }; readonly range: readonly [number, number] }

/** Rules look into files of some names only. */
const files = ['x.txt', 'x.json', '.npmrc', 'package.json', '.env', 'x.pem', 'x.ts']
const probe = 'nothing that is a key, and every rule looks at it: "private_key": "x"'

export const ruleSet: { readonly name: string; readonly version: string; readonly licence: string } = readManifest()

function readManifest(): typeof ruleSet {
  const main = createRequire(import.meta.url).resolve('@secretlint/secretlint-rule-preset-recommend')
  const { name, version, license } = JSON.parse(readFileSync(path.join(main, '../../package.json'), 'utf8')) as { [key: string]: string }
  return { name: name as string, version: version as string, licence: license as string }
}

/** The rules of the set that look for keys in a text. */
export async function setRules(): Promise<readonly SetRule[]> {
  const found: SetRule[] = []
  for (const rule of rules) {
    const { meta, messages } = rule as unknown as { meta: { id: string }; messages: object }
    // It looks for comments that switch other rules off.
    if (meta.id.endsWith('-filter-comments')) continue
    const run = async (text: string): Promise<readonly Finding[]> => reported(rule, text)
    found.push({
      name: meta.id.replace('@secretlint/secretlint-rule-', ''),
      messages: Object.keys(messages),
      expressions: await expressionsIn(() => run(probe)),
      find: run,
    })
  }
  return found
}

async function reported(rule: (typeof rules)[number], text: string): Promise<readonly Finding[]> {
  const found = new Map<string, Finding>()
  const context = {
    createTranslator: () => (messageId: string) => ({ messageId, message: '' }),
    report: ({ message, range: [start, end] }: Report) => {
      const { messageId } = message
      found.set(`${messageId} ${start} ${end}`, { message: messageId, start, end })
    },
    ignore: () => undefined,
  }
  const created = (rule as unknown as { create(context: unknown, options: object): { file?(source: Source): unknown } }).create(context, {
    enableIDScanRule: true,
  })
  for (const filePath of files) await created.file?.({ content: text, filePath, ext: path.extname(filePath), contentType: 'text' })
  return [...found.values()]
}

/** The global expressions that are used while something runs: with those a text is searched, with others a finding is looked at closer. */
async function expressionsIn(run: () => Promise<unknown>): Promise<readonly RegExp[]> {
  const used = new Map<string, RegExp>()
  const prototype = RegExp.prototype as unknown as { [name: symbol]: (this: RegExp, text: string) => unknown }
  const search = prototype[Symbol.matchAll] as (this: RegExp, text: string) => unknown
  prototype[Symbol.matchAll] = function (text) {
    if (text.includes(probe)) used.set(String(this), this)
    return search.call(this, text)
  }
  try {
    await run()
  } finally {
    prototype[Symbol.matchAll] = search
  }
  return [...used.values()]
}

/** Texts that an expression matches, made of the expression; assertions and lazy repetitions are left out of it first. */
export function samplesOf({ source, flags }: RegExp, count: number): readonly string[] {
  const plain = source
    .replaceAll(/\(\?<?[!=](?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)/g, '')
    .replaceAll(/(?<!\\)\\b/g, '')
    .replaceAll(/([*+}])\?/g, '$1')
    .replaceAll(/\(\?<\w+>/g, '(?:')
    .replaceAll(/(?<!\\)\\[sS]/g, ' ')
  const pattern = new RegExp(plain, flags.replaceAll(/[gy]/g, ''))
  return fc.sample(fc.stringMatching(new RegExp(`^(?:${pattern.source})$`, pattern.flags)), { numRuns: count, seed: 4711 })
}

/** Tells one version of an expression from another. */
export function fingerprint(expressions: readonly RegExp[]): string {
  return createHash('sha256').update(expressions.map(String).join('\n')).digest('hex').slice(0, 16)
}
