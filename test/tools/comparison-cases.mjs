// Runs a file of comparison cases: node test/tools/comparison-cases.mjs <file>
//
// A case is { id, tier, tags, why, recordedAt, replayedAt, recorded, replayed, config, expected, expected_paths,
// path_match }; an outcome is { status, headers, and body (JSON) | bodyText | bodyBase64 }. A verdict is right when it
// passes or fails as expected, when every expected path is reported (with path_match "any": one of them), and when
// nothing is reported beside them. A path below an expected one is a more exact word for it.
import { readFileSync } from 'node:fs'
import { register } from 'tsx/esm/api'

register()
const { compare, isJsonObject, jsonText, parseJson } = await import('@retake/comparison')

const [file] = process.argv.slice(2)
if (file === undefined) {
  console.error('usage: node test/tools/comparison-cases.mjs <file>')
  process.exit(2)
}
// Our own reader keeps numbers that JSON.parse would round; the rest of a case is plain data.
const source = parseJson(readFileSync(file, 'utf8'))
if (!Array.isArray(source)) {
  console.error(`${file} holds no list of cases`)
  process.exit(2)
}

let wrong = 0
for (const entry of source) {
  const testCase = JSON.parse(jsonText(entry))
  const complaint = complaintAbout(testCase, entry)
  if (complaint === undefined) continue
  wrong++
  console.log(`wrong ${testCase.id}: ${complaint}`)
}
console.log(`cases ${source.length} wrong ${wrong}`)
process.exitCode = wrong === 0 ? 0 : 1

function complaintAbout(testCase, entry) {
  let verdict
  try {
    verdict = compare(outcome(testCase.recorded, entry.get('recorded')), outcome(testCase.replayed, entry.get('replayed')), {
      rules: testCase.config ?? {},
      clocks: { recordedAt: Date.parse(testCase.recordedAt), replayedAt: Date.parse(testCase.replayedAt) },
    })
  } catch (error) {
    return `threw ${error instanceof Error ? error.stack : String(error)}`
  }
  const told = verdict.differences.map(({ path, reason }) => `${path} (${reason})`).join('; ')
  if (testCase.expected === 'pass') return verdict.pass ? undefined : `must pass, but differs at ${told}`
  if (verdict.pass) return `must fail at ${testCase.expected_paths.join(', ')}, but passes`
  const reported = verdict.differences.map(({ path }) => path)
  const expected = testCase.expected_paths ?? []
  const met = expected.filter((path) => reported.some((other) => isAtOrBelow(other, path)))
  const beside = reported.filter((path) => expected.length > 0 && !expected.some((other) => isAtOrBelow(path, other)))
  if (beside.length > 0) return `reports ${told}; expected only ${expected.join(', ')}`
  const isMet = testCase.path_match === 'any' ? met.length > 0 : met.length === expected.length
  return isMet || expected.length === 0 ? undefined : `reports ${told}; expected ${expected.join(', ')}`
}

function isAtOrBelow(path, other) {
  return path === other || path.startsWith(`${other}.`) || path.startsWith(`${other}[`)
}

/** @param lossless The same outcome as our own reader sees it. */
function outcome({ status, headers, bodyText, bodyBase64 }, lossless) {
  const json = isJsonObject(lossless) ? lossless.get('body') : undefined
  const text = json === undefined ? (bodyText ?? '') : jsonText(json)
  return { status, headers, body: bodyBase64 === undefined ? Buffer.from(text) : Buffer.from(bodyBase64, 'base64') }
}
