/** A decimal number without loss: digits × 10^exponent; `digits` has no zero at its end. */
interface Decimal {
  readonly negative: boolean
  readonly digits: string
  readonly exponent: number
}

/** Whether two JSON numbers are the same number: `1.0` is `1`, `1e2` is `100`, 2^53+1 is not 2^53, `-0` is `0`. */
export function isSameNumber(a: string, b: string): boolean {
  if (a === b) return true
  const left = decimal(a)
  const right = decimal(b)
  return left.negative === right.negative && left.digits === right.digits && left.exponent === right.exponent
}

/** One spelling for every spelling of a number. */
export function canonicalNumber(source: string): string {
  const { negative, digits, exponent } = decimal(source)
  return `${negative ? '-' : ''}${digits}e${exponent}`
}

export function isInteger(source: string): boolean {
  return decimal(source).exponent >= 0
}

function decimal(source: string): Decimal {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source)
  if (parts === null) return { negative: false, digits: source, exponent: 0 }
  const fraction = parts[3] ?? ''
  const all = (parts[2] ?? '') + fraction
  const digits = trimmed(all)
  if (digits === '') return { negative: false, digits: '0', exponent: 0 }
  // An exponent of more than fifteen digits is beyond any number; it is as good as infinite on both sides.
  return { negative: parts[1] === '-', digits, exponent: Number(parts[4] ?? 0) - fraction.length + (all.length - endOf(all)) }
}

function trimmed(digits: string): string {
  let start = 0
  while (digits[start] === '0') start++
  return digits.slice(start, Math.max(start, endOf(digits)))
}

/** Index after the last digit that is not zero. A loop: `/0+$/` is quadratic on hostile input. */
function endOf(digits: string): number {
  let end = digits.length
  while (end > 0 && digits[end - 1] === '0') end--
  return end
}
