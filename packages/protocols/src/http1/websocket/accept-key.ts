import { Buffer } from 'node:buffer'

/** RFC 6455, 1.3. */
const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** `Sec-WebSocket-Accept` for a `Sec-WebSocket-Key`. */
function acceptKey(key: string): string {
  return process.getBuiltinModule('node:crypto').createHash('sha1').update(`${key}${magic}`).digest('base64')
}

/**
 * Puts the answer to this run's random key into a recorded response head. Bytes are held back until the head is
 * complete.
 */
export function acceptRewriter(key: string): (bytes: Uint8Array) => Uint8Array {
  let head: Buffer | undefined = Buffer.alloc(0)
  return (bytes) => {
    if (head === undefined) return bytes
    head = Buffer.concat([head, bytes])
    const end = head.indexOf('\r\n\r\n')
    if (end === -1) return new Uint8Array(0)
    const whole = head
    head = undefined
    const text = whole.toString('latin1', 0, end + 2)
    const found = /\r\nsec-websocket-accept:[ \t]*([^\r\n]*)\r\n/i.exec(text)
    if (found === null) return whole
    const valueEnd = found.index + found[0].length - 2
    const valueStart = valueEnd - (found[1] as string).length
    return Buffer.concat([whole.subarray(0, valueStart), Buffer.from(acceptKey(key), 'latin1'), whole.subarray(valueEnd)])
  }
}
