import { AsyncLocalStorage } from 'node:async_hooks'
import net from 'node:net'
import { note, where } from '../stage/script.ts'

// What arrives arrives in the context in which the socket connected.
const storage = new AsyncLocalStorage<string>()
const socket = storage.run('opener', () => net.connect(where.port, where.host))
socket.on('connect', () => note('connect', storage.getStore()))
storage.run('writer', () => socket.write('x', () => note('written', storage.getStore())))
socket.on('data', () => {
  note('data', storage.getStore())
  storage.run('ender', () => socket.end())
})
socket.on('end', () => note('end', storage.getStore()))
socket.on('close', () => note('close', storage.getStore()))
