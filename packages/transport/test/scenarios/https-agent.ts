import { readFileSync } from 'node:fs'
import https from 'node:https'
import tls from 'node:tls'
import { note, where } from '../stage/script.ts'

void (async () => {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ca: readFileSync(where.ca) })
  const get = (path: string): Promise<void> =>
    new Promise((resolve) => {
      const request = https.get({ port: where.port, host: 'localhost', path, agent }, (response) => {
        const socket = response.socket as tls.TLSSocket
        note(socket instanceof tls.TLSSocket, socket.encrypted, socket.authorized, socket.authorizationError, socket.getProtocol())
        note(socket.getCipher(), socket.getPeerCertificate().subject, socket.alpnProtocol, socket.isSessionReused())
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () => {
          note(path, response.statusCode, text, request.reusedSocket)
          resolve()
        })
      })
      request.on('error', (error) => {
        note(path, error)
        resolve()
      })
    })
  await get('/one')
  await get('/two')
  await Promise.all([get('/three'), get('/close')])
  agent.destroy()
})()
