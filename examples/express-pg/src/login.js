import bcrypt from 'bcryptjs'
import jwt from 'jsonwebtoken'
import { v4 as uuid } from 'uuid'
import { ProblemError } from './problem-error.js'

/** Checks the password and gives out a token for an hour. */
export async function logIn({ database, jwtSecret }, email, password) {
  const { rows } = await database.query('SELECT password_hash, role FROM users WHERE email = $1', [email])
  if (rows.length === 0 || !(await bcrypt.compare(String(password), rows[0].password_hash))) {
    throw new ProblemError(401, 'not logged in', 'unknown e-mail address or wrong password')
  }
  return jwt.sign({ role: rows[0].role }, jwtSecret, { subject: email, expiresIn: '1h', jwtid: uuid() })
}

/** Express middleware: `request.email` is the buyer that the bearer token names. */
export function requireLogin(jwtSecret) {
  return (request, _response, next) => {
    try {
      request.email = jwt.verify((request.get('authorization') ?? '').replace(/^Bearer /, ''), jwtSecret).sub
    } catch (error) {
      throw new ProblemError(401, 'not logged in', error.message)
    }
    next()
  }
}
