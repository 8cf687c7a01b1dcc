import http from 'node:http'

export interface RawRequest {
  readonly method?: string
  readonly path: string
  readonly headers?: { readonly [name: string]: string }
  readonly body?: string
}

/** Everything of a response that a client can see. */
export interface RawResponse {
  readonly status: number
  readonly rawHeaders: readonly string[]
  readonly body: string
  readonly rawTrailers: readonly string[]
}

/** Sends one request over a connection of its own. */
export function send(port: number, { method = 'GET', path, headers = {}, body }: RawRequest): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const request = http.request({ port, host: '127.0.0.1', method, path, headers: { ...headers }, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          rawHeaders: response.rawHeaders,
          body: Buffer.concat(chunks).toString('latin1'),
          rawTrailers: response.rawTrailers,
        }),
      )
    })
    request.on('error', reject)
    request.end(body)
  })
}
