import tls from 'node:tls'
import { observe, where } from '../stage/script.ts'

// The peer does not speak TLS: it ends during the handshake.
const socket = tls.connect({ port: where.port, host: where.host })
observe(socket, 'connect', 'secureConnect', 'end', 'close', 'error')
