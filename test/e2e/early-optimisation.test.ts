import { once } from 'node:events'
import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { spawnNode } from '../harness/app-process.ts'
import { nodeVersions } from '../harness/node-versions.ts'

/** V8's tag of its code caches changes with its flags. Prints after how many calls it does. */
const script = `
  import http from 'node:http'
  import { cachedDataVersionTag } from 'node:v8'
  const before = cachedDataVersionTag()
  const changes = []
  for (let call = 1, last = before; call <= 10; call++) {
    const response = await new Promise((resolve, reject) => http.get(process.argv[2], resolve).on('error', reject))
    await response.toArray()
    const tag = cachedDataVersionTag()
    if (tag !== last) changes.push(call)
    last = tag
  }
  console.log(JSON.stringify(changes))
`

for (const { name, executable } of nodeVersions()) {
  test(`Node ${name}: on 20 alone a process that plays many calls has V8 optimise sooner; one that records, or plays few, does not`, async () => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'retake-early-'))
    try {
      const file = path.join(directory, 'script.mjs')
      fs.writeFileSync(file, script)
      const server = http.createServer((_request, response) => response.end('served')).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      const run = async (mode: string): Promise<string> => {
        const { output, ended } = spawnNode({
          node: executable,
          args: [file, `http://127.0.0.1:${port}/`],
          env: { RETAKE_MODE: mode, RETAKE_CASSETTE: path.join(directory, 'cassettes') },
        })
        expect(await ended, output()).toBe(0)
        return output()
      }
      expect(await run('record')).toBe('[]\n')
      server.close()
      // Nothing on stderr either: V8 knows the flag.
      expect(await run('replay')).toBe(name === '20' ? '[5]\n' : '[]\n')
    } finally {
      fs.rmSync(directory, { recursive: true, force: true })
    }
  })
}
