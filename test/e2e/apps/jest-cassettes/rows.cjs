// What both files of tests ask, so that each loads its drivers and Retake in a realm of its own.
const pg = require('pg')

exports.rows = async function rows(number) {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: Number(process.env.PGPORT),
    user: process.env.PGUSER,
    password: process.env.PGPASSWORD,
    database: process.env.PGDATABASE,
  })
  await client.connect()
  try {
    return (await client.query('SELECT gen_random_uuid() AS id, now() AS at, $1::int AS n', [number])).rows
  } finally {
    await client.end()
  }
}
