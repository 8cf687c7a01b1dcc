import http2 from 'node:http2'
import { note, once, where } from '../stage/script.ts'

void (async () => {
  const session = http2.connect(`http://${where.host}:${where.port}`)
  const stream = session.request({ ':path': '/' })
  let text = ''
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  stream.on('response', (headers) => note(headers[':status']))
  await once(stream, 'end')
  note(text)
  session.close()
})()
