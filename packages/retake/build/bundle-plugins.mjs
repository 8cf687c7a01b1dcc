/** What is done to the CommonJS bundles after rolldown has written them. */

/** Read as Latin-1 a bundle takes half the time to start (`load-bundle.ts`). Outside of texts and patterns our code is ASCII. */
export const ascii = {
  name: 'ascii',
  generateBundle(_options, bundle) {
    for (const chunk of chunksOf(bundle)) chunk.code = chunk.code.replace(/[^\0-\x7f]/g, escaped)
  },
}

/**
 * Loads other bundles when something of theirs is first used, as Babel's `lazy` does. rolldown writes every use of an import
 * as a member of its namespace (`ns.name`), so it is enough to make that a member of what loads it (`ns.now.name`).
 *
 * @param {readonly string[]} files Of the bundles, as they are required.
 */
export function lazy(files) {
  return {
    name: 'lazy',
    generateBundle(_options, bundle) {
      for (const chunk of chunksOf(bundle)) for (const file of files) chunk.code = loadedAtFirstUse(chunk, file)
    },
  }
}

function loadedAtFirstUse({ code, fileName }, file) {
  const found = new RegExp(`let (\\w+)=(require\\("${file.replaceAll('.', '\\.')}"\\));`).exec(code)
  if (found === null) return code
  const [statement, name, load] = found
  const before = code.slice(0, found.index)
  const after = code.slice(found.index + statement.length).replace(new RegExp(`\\b${name}\\.`, 'g'), `${name}.now.`)
  if (before.includes(name) || new RegExp(`\\b${name}\\b(?!\\.now\\.)`).test(after)) {
    throw new Error(`${fileName} uses ${file} as more than a namespace`)
  }
  return `${before}const ${name}={loaded:void 0,get now(){return this.loaded??=${load}}};${after}`
}

function chunksOf(bundle) {
  return Object.values(bundle).filter(({ type }) => type === 'chunk')
}

function escaped(unit) {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
