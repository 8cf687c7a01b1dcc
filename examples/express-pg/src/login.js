import bcrypt from 'bcryptjs'
import jwt from 'jsonwebtoken'
import { v4 as uuid } from 'uuid'
import { ProblemError } from './problem-error.js'

/** Checks the password and gives out a token for an hour: as a value for programs, and as a cookie for browsers. */
export async function logIn({ database, jwtSecret }, email, password, response) {
  const { rows } = await database.query('SELECT password_hash, role FROM users WHERE email = $1', [email])
  if (rows.length === 0 || !(await bcrypt.compare(String(password), rows[0].password_hash))) {
    throw new ProblemError(401, 'not logged in', 'unknown e-mail address or wrong password')
  }
  const token = jwt.sign({ role: rows[0].role }, jwtSecret, { subject: email, expiresIn: '1h', jwtid: uuid() })
  response.cookie('session', token, { httpOnly: true, sameSite: 'lax', secure: true, path: '/', maxAge: 3_600_000 })
  return token
}

/** Express middleware: `request.email` is the buyer that the bearer token or the session cookie names, `request.role` what it may do. */
export function requireLogin(jwtSecret) {
  return (request, _response, next) => {
    const cookie = /(?:^|; )session=([^;]+)/.exec(request.get('cookie') ?? '')?.[1]
    try {
      const claims = jwt.verify(cookie ?? (request.get('authorization') ?? '').replace(/^Bearer /, ''), jwtSecret)
      request.email = claims.sub
      request.role = claims.role
    } catch (error) {
      throw new ProblemError(401, 'not logged in', error.message)
    }
    next()
  }
}
