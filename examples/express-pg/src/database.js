import bcrypt from 'bcryptjs'
import pg from 'pg'

const schema = `
  CREATE TABLE IF NOT EXISTS users (email text PRIMARY KEY, password_hash text NOT NULL, role text NOT NULL);
  CREATE TABLE IF NOT EXISTS products (
    sku text PRIMARY KEY,
    name text NOT NULL,
    stock integer NOT NULL CHECK (stock >= 0),
    added_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE IF NOT EXISTS orders (
    id uuid PRIMARY KEY,
    email text NOT NULL REFERENCES users,
    total_cents integer NOT NULL,
    status text NOT NULL DEFAULT 'placed',
    payment_id text,
    placed_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE IF NOT EXISTS order_lines (
    order_id uuid NOT NULL REFERENCES orders,
    sku text NOT NULL REFERENCES products,
    quantity integer NOT NULL,
    cents integer NOT NULL,
    PRIMARY KEY (order_id, sku)
  );
  CREATE TABLE IF NOT EXISTS audit (
    id serial PRIMARY KEY,
    order_id uuid NOT NULL,
    what text NOT NULL,
    cents integer NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
  );`

const products = [
  ['tea', 'Green tea, 100 g', 120],
  ['pot', 'Cast iron pot', 8],
  ['cup', 'Stoneware cup', 60],
  ['whisk', 'Bamboo whisk', 2],
  ['tray', 'Oak tray', 15],
]

/** Opens a pool, makes the tables where they are missing, and puts the first user and products in. */
export async function openDatabase(connectionString) {
  const pool = new pg.Pool({ connectionString, max: 4 })
  await pool.query(schema)
  await pool.query('INSERT INTO users VALUES ($1, $2, $3) ON CONFLICT (email) DO NOTHING', [
    'ada@example.com',
    await bcrypt.hash('correct horse', 8),
    'buyer',
  ])
  for (const product of products) {
    await pool.query('INSERT INTO products (sku, name, stock) VALUES ($1, $2, $3) ON CONFLICT (sku) DO NOTHING', product)
  }
  return pool
}

/** Runs `work` in a transaction on one connection: COMMIT when it is done, ROLLBACK when it throws. */
export async function inTransaction(pool, work) {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}
