import net from 'node:net'

/**
 * Sends `amount` requests over `connections` kept-alive connections, each the next one when it has the answer. A bare
 * client, so that it takes little from the machine that the app runs on too.
 * @returns requests per second
 */
export async function load({ port, path, connections, amount }) {
  const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: load\r\nAccept: application/json\r\nAccept-Encoding: identity\r\n\r\n`
  let left = amount
  const began = performance.now()
  await Promise.all(Array.from({ length: connections }, () => connection({ port, request, next: () => left-- > 0 })))
  return amount / ((performance.now() - began) / 1000)
}

function connection({ port, request, next }) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1')
    let received = Buffer.alloc(0)
    let expected = 0
    const send = () => (next() ? socket.write(request) : socket.end(resolve))
    socket.setNoDelay(true)
    socket.on('error', reject)
    socket.on('connect', send)
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      if (expected === 0) {
        const head = received.indexOf('\r\n\r\n')
        if (head < 0) return
        const text = received.latin1Slice(0, head)
        if (!text.startsWith('HTTP/1.1 200')) return reject(new Error(`${request.split('\r\n')[0]}: ${text.split('\r\n')[0]}`))
        expected = head + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1])
      }
      if (received.length < expected) return
      received = Buffer.alloc(0)
      expected = 0
      send()
    })
  })
}
