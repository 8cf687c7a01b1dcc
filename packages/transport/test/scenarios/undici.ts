import { readFileSync } from 'node:fs'
import { Agent, fetch, request } from 'undici'
import { note, where } from '../stage/script.ts'

void (async () => {
  const dispatcher = new Agent({ connect: { ca: readFileSync(where.ca) }, connections: 1, pipelining: 1 })
  for (const path of ['/one', '/two', '/chunks']) {
    const { statusCode, body } = await request(`https://localhost:${where.port}${path}`, { dispatcher })
    note(path, statusCode, await body.text())
  }
  const response = await fetch(`https://localhost:${where.port}/fetched`, { dispatcher, method: 'POST', body: 'abc' })
  note(response.status, await response.text())
  await dispatcher.close()
})()
