import { RetakeError } from '@retake/core'

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/**
 * Reads a duration: `500ms`, `60s`, `5m`, `1h`; a bare number is seconds.
 * @returns ms
 * @throws RetakeError `RETAKE_USAGE`, naming the option.
 */
export function parseDuration(option: string): (text: string) => number {
  return (text) => {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text)
    const ms = match === null ? 0 : Number(match[1]) * (units[match[2] ?? 's'] ?? 1000)
    // A timer holds 31 bits; longer ones would fire at once.
    if (ms > 0 && ms < 2 ** 31) return ms
    throw new RetakeError('RETAKE_USAGE', `${option} is ${JSON.stringify(text)}; it must be a duration such as 500ms, 60s, 5m or 1h.`)
  }
}

/** @throws RetakeError `RETAKE_USAGE`, naming the option. */
export function parseCount(option: string): (text: string) => number {
  return (text) => {
    const count = Number(text)
    if (/^\d+$/.test(text) && count >= 1 && count <= 1_000_000) return count
    throw new RetakeError('RETAKE_USAGE', `${option} is ${JSON.stringify(text)}; it must be a whole number, 1 or more.`)
  }
}

/** @throws RetakeError `RETAKE_USAGE`, naming the option, for anything but `http://host:port` and `https://host`. */
export function parseOrigin(option: string): (text: string) => URL {
  return (text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (url !== undefined && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '') return url
    throw new RetakeError('RETAKE_USAGE', `${option} is ${JSON.stringify(text)}; it must be an origin such as http://127.0.0.1:3000.`)
  }
}
