import { readFileSync, writeFileSync } from 'node:fs'

/**
 * `node test/tools/complete-lock.mjs`: adds to package-lock.json the optional packages of other platforms that npm left
 * out, because the registry at hand does not carry them. Without their lines `npm ci` calls the file out of date.
 */
const file = 'package-lock.json'
const lock = JSON.parse(readFileSync(file, 'utf8'))
const { packages } = lock
let added = 0

for (const [place, owner] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
    // npm writes such versions exactly; a range could mean anything.
    if (!/^\d/.test(version) || found(place, name)?.version === version) continue
    packages[freePlace(place, name)] = {
      version,
      ...platformOf(name),
      ...(owner.dev === true && { dev: true }),
      license: owner.license,
      optional: true,
    }
    added++
  }
}

lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`)
console.log(`added ${added}`)

// What Node would find from there: in it, beside it, or in a directory above.
function found(place, name) {
  for (let at = place; ; at = above(at)) {
    const entry = packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`]
    if (entry !== undefined || at === '') return entry
  }
}

function freePlace(place, name) {
  const top = `node_modules/${name}`
  return packages[top] === undefined ? top : `${above(place) === '' ? place : above(place)}/${top}`
}

function above(place) {
  return place.slice(0, Math.max(0, place.lastIndexOf('node_modules/') - 1))
}

function platformOf(name) {
  const words = name.split('/').at(-1).split('-')
  const cpu = ['arm64', 'x64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'wasm32'].find((each) =>
    words.some((word) => word === each || word.startsWith(`${each}-`)),
  )
  const os = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'].find((each) => words.includes(each))
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : os === 'linux' && words.some((word) => word.startsWith('gnu'))
      ? 'glibc'
      : undefined
  return { ...(cpu && { cpu: [cpu] }), ...(libc && { libc: [libc] }), ...(os && { os: [os] }) }
}
