// Runs files of comparison cases: node test/tools/comparison-cases.mjs <file> [<file> …]
//
// A file is a list of cases (or { cases: […] }, or one case a line). A case is { id, tier, tags, why, recordedAt, replayedAt,
// recorded, replayed, config, expected, expected_paths, path_match }; an outcome is { status, headers, and body (JSON) |
// bodyText | bodyBase64 }. A verdict is right when it passes or fails as expected, when every expected path is reported
// (with path_match "any": one of them), and when nothing is reported beside them. A path below an expected one is a more
// exact word for it. Exit code 1 when a verdict is wrong, 2 when a file holds no cases.
import { readFileSync } from 'node:fs'
import { register } from 'tsx/esm/api'

register()
const { compare, isJsonArray, isJsonObject, jsonText, parseJson } = await import('@retake/comparison')

const files = process.argv.slice(2)
if (files.length === 0) {
  console.error('usage: node test/tools/comparison-cases.mjs <file> [<file> …]')
  process.exit(2)
}

let count = 0
let wrong = 0
for (const file of files) {
  const cases = casesOf(readFileSync(file, 'utf8'))
  if (cases === undefined) {
    console.error(`${file} holds no list of cases`)
    process.exit(2)
  }
  for (const entry of cases) {
    count++
    const testCase = JSON.parse(jsonText(entry))
    const complaint = complaintAbout(testCase, entry)
    if (complaint === undefined) continue
    wrong++
    console.log(`wrong ${testCase.id ?? `#${count}`}: ${complaint}`)
  }
}
console.log(`cases ${count} wrong ${wrong}`)
process.exitCode = wrong === 0 ? 0 : 1

/** Our own reader keeps numbers that JSON.parse would round; the rest of a case is plain data. */
function casesOf(text) {
  const source = parseJson(text.replace(/^\ufeff/, ''))
  if (source !== undefined && isJsonArray(source)) return source.filter(isJsonObject)
  if (source !== undefined && isJsonObject(source)) {
    const cases = source.get('cases')
    return cases === undefined || !isJsonArray(cases) ? undefined : cases.filter(isJsonObject)
  }
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseJson)
  return lines.length > 0 && lines.every((line) => line !== undefined && isJsonObject(line)) ? lines : undefined
}

function complaintAbout(testCase, entry) {
  const expected = testCase.expected_paths ?? []
  const wanted =
    testCase.expected === 'pass'
      ? 'expected pass'
      : `expected fail at ${testCase.path_match === 'any' ? 'any of ' : ''}${expected.join(', ')}`
  let verdict
  try {
    verdict = verdictOf(testCase, entry)
  } catch (error) {
    return `${wanted}, got an error: ${error instanceof Error ? error.stack : String(error)}`
  }
  const reported = verdict.differences.map(({ path }) => path)
  const told = verdict.pass ? 'got pass' : `got fail at ${verdict.differences.map(({ path, reason }) => `${path} (${reason})`).join('; ')}`
  return isRight(testCase, verdict.pass, reported, expected) ? undefined : `${wanted}, ${told}`
}

function isRight(testCase, pass, reported, expected) {
  if (testCase.expected === 'pass' || pass) return pass && testCase.expected === 'pass'
  if (expected.length === 0) return true
  const met = expected.filter((path) => reported.some((other) => isAtOrBelow(other, path)))
  const isAlone = reported.every((path) => expected.some((other) => isAtOrBelow(path, other)))
  return isAlone && (testCase.path_match === 'any' ? met.length > 0 : met.length === expected.length)
}

function isAtOrBelow(path, other) {
  const inOneSpelling = (text) => text.replace(/\["([\w$-]+)"\]/g, '.$1')
  const [left, right] = [inOneSpelling(path), inOneSpelling(other)]
  return left === right || left.startsWith(`${right}.`) || left.startsWith(`${right}[`)
}

function verdictOf({ recorded, replayed, recordedAt, replayedAt, config }, entry) {
  const clocks = { recordedAt: msOf(recordedAt), replayedAt: msOf(replayedAt) }
  const areKnown = Number.isFinite(clocks.recordedAt) && Number.isFinite(clocks.replayedAt)
  return compare(outcome(recorded, entry.get('recorded')), outcome(replayed, entry.get('replayed')), {
    rules: config ?? {},
    ...(areKnown && { clocks }),
  })
}

function msOf(time) {
  return typeof time === 'number' ? time : Date.parse(time ?? '')
}

/** @param lossless The same outcome as our own reader sees it. */
function outcome({ status, headers, bodyText, bodyBase64 }, lossless) {
  const json = isJsonObject(lossless) ? lossless.get('body') : undefined
  const text = bodyText ?? (json === undefined ? '' : jsonText(json))
  const body = typeof bodyBase64 === 'string' ? Buffer.from(bodyBase64, 'base64') : Buffer.from(text)
  return { status, headers: Object.fromEntries(Object.entries(headers ?? {}).flatMap(headerEntry)), body }
}

function headerEntry([name, value]) {
  if (value === null || value === undefined) return []
  return [[name, Array.isArray(value) ? value.map(String) : String(value)]]
}
