import { createPrivateKey, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { SignJWT } from 'jose'
import jwt from 'jsonwebtoken'

const secret = 'a secret that signs'
const key = (name) => createPrivateKey(readFileSync(`${process.env.KEYS}/${name}.pem`))
const ec = key('ec')
const rsa = key('rsa')

export const routes = {
  // 23
  '/jwt/hs256': async () => [
    jwt.sign({ sub: 'one' }, secret, { expiresIn: '5m', jwtid: randomUUID() }),
    await new SignJWT({ sub: 'two' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .setExpirationTime('5m')
      .setJti(randomUUID())
      .sign(Buffer.from(secret)),
  ],
  // 24
  '/jwt/es256': async () => [
    jwt.sign({ sub: 'one' }, ec, { algorithm: 'ES256', expiresIn: 60 }),
    jwt.sign({ sub: 'one' }, rsa, { algorithm: 'PS256', expiresIn: 60 }),
    await new SignJWT({ sub: 'two' }).setProtectedHeader({ alg: 'ES256' }).setIssuedAt().sign(ec),
    await new SignJWT({ sub: 'two' }).setProtectedHeader({ alg: 'PS256' }).setIssuedAt().sign(rsa),
  ],
  // 25
  '/jwt/expires': async () => {
    const token = jwt.sign({ sub: 'short' }, secret, { expiresIn: 1 })
    const valid = () => {
      try {
        return jwt.verify(token, secret).sub
      } catch (error) {
        return [error.name, error.expiredAt]
      }
    }
    const before = valid()
    await sleep(1100)
    return [token, before, valid()]
  },
  // 26: the token was issued for two seconds before the take was recorded.
  '/jwt/inbound': (request) => jwt.verify(request.headers.authorization.slice('Bearer '.length), secret),
}
