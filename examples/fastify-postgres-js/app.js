// Notes with tags: `npm start`, with DATABASE_URL in the environment.
import { randomUUID } from 'node:crypto'
import Fastify from 'fastify'
import postgres from 'postgres'

const sql = postgres(process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres', { max: 3, onnotice: () => {} })
await sql`CREATE TABLE IF NOT EXISTS notes (id uuid PRIMARY KEY, title text NOT NULL, tags text[] NOT NULL, written_at timestamptz NOT NULL DEFAULT now())`

const app = Fastify()

const note = {
  type: 'object',
  required: ['title'],
  properties: { title: { type: 'string', minLength: 1 }, tags: { type: 'array', items: { type: 'string' }, default: [] } },
}

app.post('/notes', { schema: { body: note } }, async (request, reply) => {
  const { title, tags } = request.body
  const id = randomUUID()
  const [written] = await sql`INSERT INTO notes (id, title, tags) VALUES (${id}, ${title}, ${tags}) RETURNING *`
  return reply.code(201).header('location', `/notes/${id}`).send(written)
})

// Those with all of the tags, the newest first.
app.get('/notes', async (request) => {
  const tags = [request.query.tag ?? []].flat()
  return sql`SELECT * FROM notes WHERE tags @> ${tags} ORDER BY written_at DESC, title`
})

// The tags of a note are replaced as a whole, or not at all.
app.put('/notes/:id/tags', async (request, reply) =>
  sql.begin(async (transaction) => {
    const [found] = await transaction`SELECT tags FROM notes WHERE id = ${request.params.id} FOR UPDATE`
    if (found === undefined) return reply.code(404).send({ error: 'no such note' })
    await transaction`UPDATE notes SET tags = ${request.body} WHERE id = ${request.params.id}`
    return { before: found.tags, now: request.body }
  }),
)

app.get('/tags', async () => sql`SELECT tag, count(*)::int AS notes FROM notes, unnest(tags) AS tag GROUP BY tag ORDER BY notes DESC, tag`)

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    await app.close()
    await sql.end()
  })
}
console.log(`notes at ${await app.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' })}`)
