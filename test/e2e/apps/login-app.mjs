// Accounts with passwords, and tokens for who has logged in: everything that replay needs the secrets themselves for.
import crypto from 'node:crypto'
import argon2 from 'argon2'
import bcrypt from 'bcrypt'
import bcryptjs from 'bcryptjs'
import express from 'express'
import { jwtVerify, SignJWT } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 })
const secret = process.env.JWT_SECRET
const app = express()
app.use(express.json())

const hashers = {
  bcrypt: { hash: (password) => bcrypt.hash(password, 4), fits: (password, hash) => bcrypt.compare(password, hash) },
  bcryptjs: { hash: (password) => bcryptjs.hash(password, 4), fits: (password, hash) => bcryptjs.compare(password, hash) },
  argon2: {
    hash: (password) => argon2.hash(password, { timeCost: 2, memoryCost: 1024, parallelism: 1 }),
    fits: (password, hash) => argon2.verify(hash, password),
  },
}
const signers = {
  jsonwebtoken: {
    sign: async (claims) => jsonwebtoken.sign(claims, secret, { expiresIn: '1h', jwtid: crypto.randomUUID() }),
    read: async (token) => jsonwebtoken.verify(token, secret),
  },
  jose: {
    sign: (claims) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256' })
        .setJti(crypto.randomUUID())
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(Buffer.from(secret)),
    read: async (token) => (await jwtVerify(token, Buffer.from(secret))).payload,
  },
}

app.post('/accounts', async ({ body: { hasher, email, password } }, response) => {
  const hash = await hashers[hasher].hash(password)
  const { rows } = await pool.query('INSERT INTO accounts (id, email, password_hash) VALUES ($1, $2, $3) RETURNING id', [
    crypto.randomUUID(),
    email,
    hash,
  ])
  response.status(201).json(rows[0])
})

app.post('/sessions', async ({ body: { hasher, signer, email, password } }, response) => {
  const { rows } = await pool.query('SELECT id, password_hash FROM accounts WHERE email = $1', [email])
  if (rows.length === 0 || !(await hashers[hasher].fits(password, rows[0].password_hash))) return response.status(401).json({ error: 'no' })
  const token = await signers[signer].sign({ sub: rows[0].id })
  response.cookie('refresh', crypto.randomBytes(32).toString('base64url'), { httpOnly: true, sameSite: 'strict' })
  response.json({ token })
})

app.get('/me/:signer', async (request, response) => {
  try {
    const { sub, jti } = await signers[request.params.signer].read(request.headers.authorization.slice('Bearer '.length))
    const { rows } = await pool.query('SELECT email FROM accounts WHERE id = $1', [sub])
    response.json({ ...rows[0], jti })
  } catch (error) {
    response.status(401).json({ error: error.message })
  }
})

const server = app.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`))
process.on('SIGINT', () => server.close(() => pool.end().then(() => process.exit(0))))
