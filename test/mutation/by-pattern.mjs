/**
 * What a comparator sees that masks everything that looks like a time, an id or a token, as most tools do, and does not know
 * the calls: a difference counts when it is still one under the masks.
 */
export function isSeenByPattern({ differences }) {
  return differences.some(
    ({ recorded, replayed }) => recorded === undefined || replayed === undefined || masked(recorded) !== masked(replayed),
  )
}

const patterns = [
  // ISO and SQL, RFC 1123, seconds and milliseconds
  /\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?/g,
  /\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g,
  /\b\d{10}(?:\d{3})?\b/g,
  // UUID, hex, JWT, base64
  /[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/gi,
  /\b[\da-f]{16,}\b/gi,
  /[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/g,
  /[\w+/-]{20,}={0,2}/g,
]

function masked(text) {
  return patterns.reduce((rest, pattern) => rest.replace(pattern, '*'), text)
}
