import http2 from 'node:http2'
import type { RawRequest, RawResponse } from './raw-request.ts'

const sessions = new Map<number, http2.ClientHttp2Session>()

/** One connection for all requests to a port, as clients of HTTP/2 have it. */
function sessionTo(port: number): http2.ClientHttp2Session {
  const known = sessions.get(port)
  if (known !== undefined && !known.closed && !known.destroyed) return known
  const session = http2.connect(`http://127.0.0.1:${port}`)
  sessions.set(port, session)
  // Each request hears of it, too.
  session.on('error', () => undefined)
  session.on('stream', (pushed: http2.ClientHttp2Stream) => pushed.on('error', () => undefined).resume())
  session.on('close', () => sessions.delete(port))
  session.unref()
  return session
}

/** Sends one request over HTTP/2 with prior knowledge. What was sent before the response stands before it, as fields of their own. */
export function sendHttp2(port: number, { method = 'GET', path, headers = {}, body }: RawRequest): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const session = sessionTo(port)
    const stream = session.request({ ':method': method, ':path': path, ...headers }, { endStream: body === undefined })
    const seen = { status: 0, rawHeaders: [] as string[], rawTrailers: [] as string[] }
    const chunks: Buffer[] = []
    const raw = (rest: readonly unknown[]): string[] => rest[0] as string[]
    stream.on('headers', (_headers, _flags, ...rest: unknown[]) => seen.rawHeaders.push(...raw(rest)))
    stream.on('response', (head, _flags, ...rest: unknown[]) => {
      seen.status = Number(head[':status'])
      seen.rawHeaders.push(...raw(rest))
    })
    stream.on('trailers', (_headers, _flags, ...rest: unknown[]) => (seen.rawTrailers = raw(rest)))
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('error', reject)
    stream.on('close', () => {
      const { rstCode } = stream
      if (seen.status === 0 || rstCode !== 0) reject(new Error(`${path} ended with code ${rstCode} and status ${seen.status}`))
      else resolve({ ...seen, body: Buffer.concat(chunks).toString('latin1') })
    })
    if (body !== undefined) stream.end(body)
  })
}
