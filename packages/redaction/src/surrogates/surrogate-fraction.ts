/** Of the 53 bits that `Math.random()` has, those that stay: what is decided by it (one in a hundred, a jitter) is decided alike. */
const leadingBits = 20
const trailing = 2 ** (53 - leadingBits)

/** @param stream Random bytes; eight for each attempt. */
export function surrogateFraction(value: number, stream: Uint8Array): number {
  const whole = Math.floor(value * 2 ** 53)
  const leading = Math.floor(whole / trailing) * trailing
  const texts = [10, 36, 16].map((radix) => value.toString(radix).length)
  const random = Buffer.from(stream.buffer, stream.byteOffset, stream.byteLength)
  let best = value
  for (let at = 0; at + 8 <= random.length; at += 8) {
    const made = (leading + (random.readUIntLE(at, 6) % trailing)) / 2 ** 53
    if (made === value || made.toString(10).length !== texts[0]) continue
    best = made
    if (made.toString(36).length === texts[1] && made.toString(16).length === texts[2]) return made
  }
  return best
}
