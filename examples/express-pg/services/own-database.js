// For DATABASE_URL: a database of the demo's own on a server that runs already, removed at the end.
import pg from 'pg'

/** @returns `{ url, stop, shared }` */
export async function ownDatabase(serverUrl, name = 'retake_demo') {
  const ask = async (...statements) => {
    const client = new pg.Client({ connectionString: serverUrl })
    await client.connect()
    for (const statement of statements) await client.query(statement)
    await client.end()
  }
  await ask(`DROP DATABASE IF EXISTS ${name}`, `CREATE DATABASE ${name}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return { url: url.href, shared: true, stop: () => ask(`DROP DATABASE IF EXISTS ${name}`) }
}
