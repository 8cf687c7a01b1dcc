/** Takes secrets in and gives them out, everywhere an app may: for `redaction.test.ts`. */
import http from 'node:http'
import { seam } from 'retake'
import pg from 'pg'
import { WebSocket } from 'ws'

const secrets = JSON.parse(process.env['SECRETS'] ?? '{}')
const { UPSTREAM = '', DATABASE_URL } = process.env
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 2 })
const vault = seam('vault.read', async (name, options) => {
  if (options.fail) throw Object.assign(new Error(`cannot read with token=${secrets.seamError}`), { apiKey: secrets.seamExtra })
  return {
    credentials: { user: 'app', password: secrets.seamResult },
    note: new Error(`Bearer ${secrets.seamNested}`),
    at: new Date(0),
  }
})

async function read(stream) {
  const chunks = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function ask(path, options = {}) {
  const response = await fetch(`${UPSTREAM}${path}`, options)
  return { status: response.status, text: await response.text() }
}

function talk() {
  return new Promise((resolve, reject) => {
    const heard = []
    const socket = new WebSocket(`${UPSTREAM.replace('http', 'ws')}/socket?access_token=${secrets.socketQuery}`)
    socket.on('open', () => socket.send(JSON.stringify({ type: 'auth', token: secrets.socketSent })))
    socket.on('message', (data) => {
      heard.push(Buffer.from(data).toString('utf8'))
      if (heard.length === 2) socket.close()
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(heard))
  })
}

const routes = {
  '/in': async (_url, body) => ({ got: body.length }),
  '/out': async () => {
    const form = new FormData()
    form.set('password', secrets.multipartField)
    form.set('file', new Blob([`api_key: "${secrets.multipartFile}"\n`], { type: 'text/yaml' }), 'config.yaml')
    const answers = [
      await ask(`/json?token=${secrets.outQuery}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secrets.outHeader}`, 'x-api-key': secrets.outApiKey, 'content-type': 'application/json' },
        body: JSON.stringify({
          query: `mutation { login(password: "${secrets.graphqlText}") }`,
          variables: { password: secrets.graphqlVariable },
        }),
      }),
      await ask(`/form`, {
        method: 'POST',
        body: new URLSearchParams({ client_secret: secrets.formField, state: JSON.stringify({ token: secrets.formJson }) }),
      }),
      await ask('/parts', { method: 'POST', body: form }),
      await ask(`/reset-password/${secrets.pathToken}`),
      await ask(`/file?X-Amz-Signature=${secrets.presigned}&X-Amz-Expires=60`),
    ]
    const text = ['gzip', 'br', 'sse', 'ndjson', 'xml', 'text', 'nested', 'jwk', 'chunks'].map(async (kind) => (await ask(`/${kind}`)).text)
    return { answers: answers.map(({ status }) => status), text: await Promise.all(text) }
  },
  '/database': async () => {
    const client = await pool.connect()
    try {
      await client.query(`INSERT INTO people (name, password, notes) VALUES ('ada', '${secrets.sqlLiteral}', NULL)`)
      await client.query('INSERT INTO people (name, password, notes, tokens, data, raw) VALUES ($1, $2, $3, $4, $5, $6)', [
        'bob',
        secrets.sqlParameter,
        `remember sk_live_${secrets.sqlShape}`,
        [secrets.sqlArray, secrets.sqlArray2],
        { nested: { api_key: secrets.sqlJson } },
        Buffer.from(`Bearer ${secrets.sqlBytea}`),
      ])
      const { rows } = await client.query('SELECT * FROM people ORDER BY id')
      for (const row of rows) row.raw = row.raw?.toString()
      const composite = (await client.query(`SELECT row(1, 'ghp_${secrets.sqlComposite}') AS pair, current_setting('app.token') AS token`))
        .rows
      const error = await client
        .query('INSERT INTO people (name, password) VALUES ($1, $2)', ['ada', secrets.sqlLiteral])
        .catch((reason) => reason.detail)
      const notice = new Promise((resolve) => client.once('notice', ({ message }) => resolve(message)))
      await client.query(`DO $$ BEGIN RAISE NOTICE 'login with password=${secrets.sqlNotice}'; END $$`)
      return { rows, composite, error, notice: await notice }
    } finally {
      client.release()
    }
  },
  '/socket': () => talk(),
  '/seam': async () => {
    const value = await vault('one', { token: secrets.seamArgument })
    const failed = await vault('two', { fail: true }).catch((error) => error.message)
    return { value: Object.keys(value), password: value.credentials.password, at: value.at.getTime(), failed }
  },
}

// Start-up is recorded in `main`.
await ask(`/start?api_key=${secrets.startUp}`)
const server = http.createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost')
  const body = await read(request)
  const route = url.pathname.startsWith('/in') ? routes['/in'] : routes[url.pathname]
  response.setHeader('set-cookie', [`session=${secrets.setCookie}; HttpOnly; Path=/`, 'theme=dark'])
  response.setHeader('location', `https://shop.example/callback?code=${secrets.redirectCode}&lang=en`)
  try {
    const result = await route(url, body)
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ result, access_token: secrets.responseField, note: `pay to ${secrets.responseCard}` }))
  } catch (error) {
    response.writeHead(500).end(`failed: ${error.stack}`)
  }
})
server.listen(Number(process.env['PORT'] ?? 0), () => console.log(`listening on ${server.address().port}`))
process.on('SIGINT', () => server.close(() => pool.end()))
