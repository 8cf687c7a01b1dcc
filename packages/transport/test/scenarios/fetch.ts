import { note, where } from '../stage/script.ts'

void (async () => {
  const base = `http://${where.host}:${where.port}`
  for (const path of ['/one', '/chunks', '/two']) {
    const response = await fetch(base + path)
    note(path, response.status, response.headers.get('x-method'), await response.text())
  }
  const posted = await fetch(`${base}/posted`, { method: 'POST', body: new Blob(['x'.repeat(200_000)]) })
  note('posted', posted.status, await posted.text())
  const all = await Promise.all([1, 2, 3, 4].map(async (id) => (await fetch(`${base}/parallel/${id}`)).text()))
  note(all)
  try {
    await fetch(`${base}/reset`)
  } catch (error) {
    const { cause } = error as Error & { cause: Error & { code: string } }
    note('reset', (error as Error).message, cause.code, cause.message)
  }
  try {
    await fetch(`http://127.0.0.1:${where.closedPort}/`)
  } catch (error) {
    note('refused', (error as Error).message, (error as Error).cause)
  }
})()
