// The same kind of service in TypeScript that Node alone cannot run: an enum, and a parameter property.
import { randomUUID } from 'node:crypto'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

enum Currency {
  euro = 'EUR',
}

class Prices {
  constructor(private readonly upstream: string) {}

  async of(path: string): Promise<unknown> {
    return (await fetch(`${this.upstream}${path}`)).json()
  }
}

const prices = new Prices(process.env['UPSTREAM'] ?? '')

const server = http.createServer(async (request: IncomingMessage, response: ServerResponse) => {
  try {
    const price = await prices.of(request.url ?? '/')
    response.end(JSON.stringify({ price, currency: Currency.euro, at: Date.now(), id: randomUUID() }))
  } catch (error) {
    response.writeHead(500).end(String((error as Error).cause ?? error))
  }
})
console.log(`pid ${process.pid}`)
server.listen(0, '127.0.0.1', () => console.log(`listening ${(server.address() as AddressInfo).port}`))
