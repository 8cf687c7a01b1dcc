import http from 'node:http'

/** All that a node:http client can tell about a response, and the order of its events. */
export interface ClientView {
  readonly events: readonly string[]
  readonly status?: number | undefined
  readonly reason?: string | undefined
  readonly version?: string
  readonly rawHeaders?: readonly string[]
  readonly body: string
  readonly rawTrailers?: readonly string[]
  readonly complete?: boolean
  readonly errors: readonly string[]
}

export interface ViewedRequest extends http.RequestOptions {
  readonly body?: string | Uint8Array | readonly (string | Uint8Array)[]
  /** Does something with the request just after it was made. */
  readonly drive?: (request: http.ClientRequest) => void
  readonly onResponse?: (response: http.IncomingMessage, request: http.ClientRequest) => void
}

/** Makes one request with node:http and tells everything that happened. */
export async function viewed(url: string, options: ViewedRequest = {}): Promise<ClientView> {
  const { body, drive, onResponse, ...rest } = options
  return await new Promise((resolve) => {
    const events: string[] = []
    const errors: string[] = []
    const chunks: Buffer[] = []
    let response: http.IncomingMessage | undefined
    const request = http.request(url, rest)
    const failed = (where: string) => (error: NodeJS.ErrnoException) => {
      errors.push(`${where}: ${error.name} ${error.code ?? ''} ${error.message}`)
    }
    request.on('continue', () => events.push('continue'))
    request.on('information', ({ statusCode, rawHeaders }) => events.push(`information ${statusCode} ${rawHeaders.join('|')}`))
    request.on('response', (incoming) => {
      response = incoming
      events.push('response')
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => events.push('end'))
      incoming.on('aborted', () => events.push('aborted'))
      incoming.on('error', failed('response'))
      onResponse?.(incoming, request)
    })
    request.on('error', failed('request'))
    request.on('close', () => {
      resolve({
        events,
        errors,
        body: Buffer.concat(chunks).toString('base64'),
        ...(response === undefined
          ? {}
          : {
              status: response.statusCode,
              reason: response.statusMessage,
              version: response.httpVersion,
              rawHeaders: response.rawHeaders,
              rawTrailers: response.rawTrailers,
              complete: response.complete,
            }),
      })
    })
    if (drive !== undefined) drive(request)
    else {
      for (const piece of Array.isArray(body) ? body : body === undefined ? [] : [body]) request.write(piece)
      request.end()
    }
  })
}
