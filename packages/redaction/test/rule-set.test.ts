import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createRedactor } from '../src/index.ts'
import { fingerprint, ruleSet, samplesOf, setRules, type SetRule } from './rule-set.ts'

const dataFile = path.join(import.meta.dirname, 'rule-set.json')
const key = new Uint8Array(32).fill(9)
/** Random texts of an expression that its rule takes for keys, tried for each. */
const tried = 60

/** What a rule is held to: how it was when it was last looked at. `npm run key-shapes` writes the file anew. */
interface Checked {
  readonly source: string
  readonly version: string
  readonly licence: string
  /** When `version` was first checked. */
  readonly date: string
  readonly rules: { readonly [name: string]: { readonly messages: readonly string[]; readonly expressions: string } }
}

/** What of the set is no secret, or no key of an issuer's, and why. */
const leftOut: { readonly [message: string]: string } = {
  AWSAccountID: 'the number of an account is no secret',
  PrivateKeyP12: 'looks at the ending of a file, not at a text',
}

const generated = (type: 'rsa' | 'ec'): string =>
  (type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 1024 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' })).privateKey
    .export({ type: type === 'rsa' ? 'pkcs1' : 'sec1', format: 'pem' })
    .toString()
    .trim()
const rsa = generated('rsa')
const ec = generated('ec')
const token = 'aB3dE5gH7jK9mN1pQ2sT4v'

/** Samples by hand, with what of them is secret: for rules whose expressions match more than keys, or that look at what they found once more. */
const byHand: { readonly [rule: string]: readonly (readonly [text: string, secret: string])[] } = {
  gcp: [[JSON.stringify({ type: 'service_account', private_key_id: '1f', private_key: rsa }), lineOf(rsa)]],
  privatekey: [
    [rsa, lineOf(rsa)],
    [ec, lineOf(ec)],
  ],
  npm: [
    [`//registry.npmjs.org/:_authToken=${token}`, token],
    [`https://${token}:x-oauth-basic@github.com/o/r`, token],
  ],
  basicauth: [['https://ada:sw0rdfish@internal.example.com/x', 'sw0rdfish']],
  sendgrid: [[`SG.${token}.${token}${token.slice(1)}`, token]],
  '1password': [[serviceAccount(), serviceAccount().slice(60, 90)]],
  slack: [[`https://hooks.slack.com/services/T0AB12CD3/B0AB12CD3/${token}`, token]],
  'database-connection-string': ['mongodb+srv', 'mysql', 'postgresql'].map((scheme) => [
    `${scheme}://app:sw0rdfish@db.internal:5432/shop`,
    'sw0rdfish',
  ]),
}

/** Ends with `fQ==`, as those of 1Password do. */
function serviceAccount(): string {
  const encoded = (fill: string): string =>
    Buffer.from(JSON.stringify({ signInAddress: 'a', fill, secretKey: 'A3-'.repeat(40) })).toString('base64')
  return `ops_${['', '1', '12'].map(encoded).find((text) => text.endsWith('fQ=='))}`
}

function lineOf(pem: string): string {
  return pem.split('\n')[1] as string
}

/** Expressions that also match what is no key of today's: only such samples count. */
const onlyLike: { readonly [rule: string]: RegExp } = {
  // AGPA, AIDA, AIPA, ANPA, ANVA and AROA are names of groups, users, profiles, policies and roles.
  aws: /\b(?:A3T|AKIA|ASIA)|(?:=|:)\s*["']?\w[\w/+]{38}\w/,
  npm: /^npm_(?=\w*\d)(?=\w*[A-Z])/,
  slack: /^\w{4}-[\w-]{14}/,
  github: /^gh\w_\w{36}$|^github_pat|^ghs_\d+_[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}$/,
}

/** How a key may stand in what is recorded. */
const spellings: { readonly [name: string]: (key: string) => string } = {
  prose: (text) => `failed with ${text} there`,
  json: (text) => JSON.stringify({ items: [{ note: text }] }),
  'json in json': (text) => JSON.stringify({ event: JSON.stringify({ note: text }) }),
  'json in base64': (text) => Buffer.from(JSON.stringify({ note: text })).toString('base64'),
  'a query': (text) => `/search?q=${encodeURIComponent(text)}`,
  'a variable of a shell': (text) => `export VALUE=${text}`,
  'between quotes': (text) => `{ value: '${text}' }`,
}

const rules = await setRules()

/** Texts that a rule takes for keys, with what is secret in them. */
async function keysOf({ name, expressions, find }: SetRule): Promise<readonly (readonly [text: string, secret: string])[]> {
  const known = byHand[name] ?? []
  // Generators know no case-insensitive expressions; those of URLs match any.
  const made =
    name in byHand && !(name in onlyLike)
      ? []
      : expressions.filter(({ flags, source }) => !flags.includes('i') && !source.includes('.*') && !source.includes('.{'))
  const samples = made.flatMap((one) => samplesOf(one, tried)).filter((text) => onlyLike[name]?.test(text) !== false)
  const keys: (readonly [string, string])[] = []
  for (const [text, secret] of [...known, ...samples.map((text) => [text, heart(text)] as const)]) {
    const found = await find(text)
    if (found.some(({ message }) => leftOut[message] === undefined)) keys.push([text, secret])
  }
  return keys
}

/** The longest stretch without separators: what a key is worth. */
function heart(text: string): string {
  return (text.match(/[A-Za-z0-9_+/-]+/g) ?? [text]).reduce((one, other) => (other.length > one.length ? other : one))
}

test.each(rules.map((rule) => [rule.name, rule] as const))(
  'what the rule for %s finds is found, however it is written',
  async (_, rule) => {
    const keys = await keysOf(rule)
    expect(keys.length).toBeGreaterThan(0)
    const lost = keys.flatMap(([text, secret]) =>
      Object.entries(spellings).flatMap(([spelling, write]) => {
        const after = createRedactor({ key }).text(write(text))
        const plain =
          spelling === 'json in base64'
            ? Buffer.from(after, 'base64').toString()
            : spelling === 'a query'
              ? decodeURIComponent(after)
              : after
        return plain.includes(secret) ? [`${spelling}: ${text}`] : []
      }),
    )
    expect(lost).toEqual([])
  },
)

test('the set is the one that was checked; `npm run key-shapes` after a look at what is new', () => {
  const before = JSON.parse(readFileSync(dataFile, 'utf8')) as Checked
  const checked: Checked = {
    source: ruleSet.name,
    version: ruleSet.version,
    licence: ruleSet.licence,
    date: before.version === ruleSet.version ? before.date : new Date().toISOString().slice(0, 10),
    rules: Object.fromEntries(rules.map(({ name, messages, expressions }) => [name, { messages, expressions: fingerprint(expressions) }])),
  }
  if (process.env['KEY_SHAPES'] === 'write') writeFileSync(dataFile, `${JSON.stringify(checked, undefined, 2)}\n`)
  else expect(checked).toEqual(before)
})
