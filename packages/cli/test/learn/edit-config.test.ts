import { expect, test } from 'vitest'
import { emptyConfig, withRule } from '../../src/learn/edit-config.ts'
import type { ProposedRule } from '../../src/learn/propose-rules.ts'

const rule = (more: Partial<ProposedRule> = {}): ProposedRule => ({
  take: 'GET /status',
  kind: 'noise',
  path: 'body.pid',
  first: '1',
  second: '2',
  ...more,
})
const form = rule({ kind: 'patterns', path: 'body.name', pattern: '^app\'-\\d+"$' })

/** The text after all rules, one by one; each of them twice. */
function edited(text: string, fileName: string, rules: readonly ProposedRule[]): string {
  let now = text
  for (const each of [...rules, ...rules]) {
    const next = withRule(now, fileName, each, 'learned today: 1, 2')
    if (next === undefined) throw new Error('cannot be edited')
    now = next
  }
  return now
}

/** What the file exports. */
function exported(text: string): unknown {
  const body = text
    .replace(/^import .*$/m, '')
    .replace('export default', 'return')
    .replace(/ satisfies \w+/, '')
    .replace(/ as const/, '')
  // oxlint-disable-next-line no-implied-eval -- the text is the one above
  return (new Function('defineConfig', body) as (defineConfig: (config: unknown) => unknown) => unknown)((config) => config)
}

const expectedTakes = {
  'GET /status': { noise: ['body.pid', 'body["a\'b"]'], patterns: { 'body.name': form.pattern } },
  'POST /orders/:id': { unordered: ['body.tags'] },
}
const rules = [rule(), rule({ path: 'body["a\'b"]' }), form, rule({ take: 'POST /orders/:id', kind: 'unordered', path: 'body.tags' })]

test('a new file', () => {
  const text = edited(emptyConfig, 'retake.config.mjs', rules)
  expect(text).toMatchInlineSnapshot(`
    "/** @type {import('retake/config').RetakeConfig} */
    export default {
      takes: {
        'GET /status': {
          noise: [
            // learned today: 1, 2
            'body.pid',
            // learned today: 1, 2
            'body["a\\'b"]',
          ],
          patterns: {
            // learned today: 1, 2
            'body.name': '^app\\'-\\\\d+"$',
          },
        },
        'POST /orders/:id': {
          unordered: [
            // learned today: 1, 2
            'body.tags',
          ],
        },
      },
    }
    "
  `)
  expect(exported(text)).toEqual({ takes: expectedTakes })
})

test('JSON: comments, no trailing commas', () => {
  const text = edited('{\n  "cassette": "./tapes" // where they are\n}\n', 'retake.config.json', rules)
  expect(text).toMatchInlineSnapshot(`
    "{
      "cassette": "./tapes", // where they are
      "takes": {
        "GET /status": {
          "noise": [
            // learned today: 1, 2
            "body.pid",
            // learned today: 1, 2
            "body[\\"a'b\\"]"
          ],
          "patterns": {
            // learned today: 1, 2
            "body.name": "^app'-\\\\d+\\"$"
          }
        },
        "POST /orders/:id": {
          "unordered": [
            // learned today: 1, 2
            "body.tags"
          ]
        }
      }
    }
    "
  `)
  expect(JSON.parse(text.replace(/\/\/ .*$/gm, ''))).toEqual({ cassette: './tapes', takes: expectedTakes })
  expect(edited('{}', 'retake.config.json', [rule()])).toContain('"body.pid"')
})

test('a module that was written by hand keeps its comments and its ways', () => {
  const text = edited(
    `import { defineConfig } from 'retake/config'

// Ours.
const config = defineConfig({
\tcassette: "./tapes",
\ttakes: {
\t\t// of each process another
\t\t'GET /status': { noise: ['body.rss'] }, // behind
\t},
\tcalls: 'strict', /* all of them */
}) satisfies RetakeConfig

export default config
`,
    'retake.config.ts',
    rules,
  )
  expect(text).toMatchInlineSnapshot(`
    "import { defineConfig } from 'retake/config'

    // Ours.
    const config = defineConfig({
    	cassette: "./tapes",
    	takes: {
    		// of each process another
    		'GET /status': { noise: ['body.rss',
    			// learned today: 1, 2
    			'body.pid',
    			// learned today: 1, 2
    			'body["a\\'b"]',
    		],
    			patterns: {
    				// learned today: 1, 2
    				'body.name': '^app\\'-\\\\d+"$',
    			},
    		}, // behind
    		'POST /orders/:id': {
    			unordered: [
    				// learned today: 1, 2
    				'body.tags',
    			],
    		},
    	},
    	calls: 'strict', /* all of them */
    }) satisfies RetakeConfig

    export default config
    "
  `)
  expect(exported(text)).toEqual({
    cassette: './tapes',
    calls: 'strict',
    takes: {
      ...expectedTakes,
      'GET /status': { ...expectedTakes['GET /status'], noise: ['body.rss', ...expectedTakes['GET /status'].noise] },
    },
  })
})

test.each([
  ['module.exports = { log: "info" }\n', 'retake.config.js'],
  ['export default { log: "info", takes: {} } as const', 'retake.config.ts'],
  [
    'export default {\n  takes: {\n    "GET /status": {\n      noise: [\n        "body.a",\n        "body.b" // why\n      ]\n    }\n  }\n}',
    'retake.config.mjs',
  ],
])('other ways: %j', (text, fileName) => {
  const now = edited(text, fileName, rules)
  expect(() => edited(now, fileName, rules)).not.toThrow()
  expect(edited(now, fileName, rules)).toBe(now)
  if (now.startsWith('export')) expect(exported(now)).toMatchObject({ takes: { 'POST /orders/:id': expectedTakes['POST /orders/:id'] } })
})

test.each([
  ['const rules = load()\nexport default { takes: rules }', 'takes come from elsewhere'],
  ['export default makeConfig()', 'a function makes it'],
  ['export const config = {}', 'there is no default export'],
  ['export default { takes: { "GET /status": { noise: [...common].flat() } } }', 'a list is computed'],
])('%s: is left alone (%s)', (text) => {
  expect(withRule(text, 'retake.config.mjs', rule(), 'why')).toBeUndefined()
})
