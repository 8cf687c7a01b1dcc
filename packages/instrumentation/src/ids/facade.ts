import { shared } from '@retake/core'
import { type MintingFile, mintingFile } from './registry.ts'
import { replacements } from './replaced-exports.ts'

/** Marks the address under which a facade finds what it stands for. */
const own = 'retake-own'

/** Where a facade asks, found by name: the facade is a module of the app's, and this is not. */
type Replace = (path: string, namespace: object) => { readonly [name: string]: unknown }

/** Whether an address is that of a module behind its facade. */
export function isBehindFacade(url: URL): boolean {
  return url.searchParams.has(own)
}

/** Makes facades work: to be called before the first one is evaluated. */
export function serveFacades(): void {
  shared<Replace>('minted-exports', () => (path, namespace) => {
    const minting = mintingFile(path)
    const made = minting === undefined ? {} : replacements(minting, namespace)
    return { ...namespace, ...made }
  })
}

/**
 * Exports of an ES module cannot be changed, so another one is put in its place: it exports everything that the module
 * does, but for what mints ids. (Live bindings stay live, and no name is added.)
 * @param url Address of the module.
 * @param source Its source.
 * @returns Source of the facade; `undefined` when the file is no ES module, or nothing in it is replaced.
 */
export function facadeOf({ names }: MintingFile, url: URL, path: string, source: string): string | undefined {
  if (!/^\s*export\b/m.test(source) || source.includes(own)) return undefined
  const replaced = names.filter((name) => exportsName(source, name))
  if (replaced.length === 0) return undefined
  const address = JSON.stringify(`${url.protocol}//${url.host}${url.pathname}?${own}`)
  const bindings = replaced.map((name, index) => [name, `replaced${index}`] as const)
  return [
    `import * as namespace from ${address}`,
    `export * from ${address}`,
    ...(exportsName(source, 'default') && !replaced.includes('default') ? [`export { default } from ${address}`] : []),
    `const { ${bindings.map(([name, local]) => `${name}: ${local}`).join(', ')} } =`,
    `  globalThis[Symbol.for('retake.shared.v1')].get('minted-exports')(${JSON.stringify(path)}, namespace)`,
    `export { ${bindings.map(([name, local]) => `${local} as ${name}`).join(', ')} }`,
  ].join('\n')
}

function exportsName(source: string, name: string): boolean {
  if (name === 'default') return /\bexport\s+default\b|\bas\s+default\b/.test(source)
  return new RegExp(
    `\\bexport\\s+(?:async\\s+)?(?:function|class|const|let|var)\\s+${name}\\b|\\bexport\\s*\\{[^}]*\\b${name}\\b[^}]*\\}`,
  ).test(source)
}
