import http from 'node:http'

// A server, so that the harness can wait for it as for any other.
const server = http.createServer((_request, response) => response.end(JSON.stringify(globalThis[Symbol.for('test.natives')]())))
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
