import {
  constants,
  createCipheriv,
  createHash,
  createSign,
  generateKeyPairSync,
  pbkdf2,
  publicEncrypt,
  randomBytes,
  scrypt,
  sign,
  verify,
  webcrypto,
} from 'node:crypto'
import { readFile, stat } from 'node:fs'
import { readFile as promisedRead, stat as promisedStat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import bcrypt from 'bcryptjs'
import jwt from 'jsonwebtoken'

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ed = generateKeyPairSync('ed25519')
const hex = (bytes) => Buffer.from(bytes).toString('hex')
const digest = (text) => createHash('sha1').update(text).digest('hex')

export const takes = {
  async 'JSON web tokens'() {
    const claims = { user: 5 }
    const hs = jwt.sign(claims, 'secret', { expiresIn: 1, jwtid: hex(randomBytes(4)) })
    const outcomes = [hs, jwt.sign(claims, ec.privateKey, { algorithm: 'ES256' }), jwt.sign(claims, rsa.privateKey, { algorithm: 'PS256' })]
    await new Promise((resolve) => setTimeout(resolve, 1100))
    try {
      jwt.verify(hs, 'secret')
    } catch (error) {
      outcomes.push(error.message, error.expiredAt)
    }
    return outcomes
  },
  async 'passwords and ciphers'() {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-128-gcm', Buffer.alloc(16), iv)
    return [
      await bcrypt.hash('password', 4),
      bcrypt.hashSync('password', 4),
      hex(await promisify(scrypt)('password', randomBytes(8), 16)),
      hex(iv) + cipher.update('text', 'utf8', 'hex') + cipher.final('hex') + cipher.getAuthTag().toString('hex'),
    ]
  },
  async 'signatures and encryption for a public key'() {
    const data = Buffer.from('text')
    const callback = await new Promise((resolve, reject) =>
      sign('sha256', data, ec.privateKey, (error, result) => (error ? reject(error) : resolve(result))),
    )
    const direct = sign('sha256', data, ec.privateKey)
    return [
      hex(direct),
      hex(sign('sha256', data, { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING })),
      hex(sign(null, data, ed.privateKey)).length,
      hex(callback),
      createSign('sha256').update('text').sign(ec.privateKey, 'base64'),
      hex(createSign('sha256').update('text').sign(ec.privateKey)),
      hex(publicEncrypt(rsa.publicKey, data)),
      await new Promise((resolve) => verify('sha256', data, ec.publicKey, Buffer.from('wrong'), (error, valid) => resolve([error, valid]))),
    ]
  },
  async 'Web Crypto'() {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
    const { privateKey, publicKey } = await webcrypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
    const signature = await webcrypto.subtle.sign(algorithm, privateKey, Buffer.from('text'))
    const same = await webcrypto.subtle.verify(algorithm, publicKey, signature, Buffer.from('text'))
    return [
      hex(signature),
      typeof same,
      hex(await webcrypto.subtle.digest('SHA-256', Buffer.from('text'))),
      await webcrypto.subtle.digest('x', Buffer.alloc(1)).catch((error) => error.name),
    ]
  },
  async 'order of the thread pool'() {
    const order = []
    const note = (name) => (order.push([name, Date.now(), Math.random()]), undefined)
    const derive = promisify(pbkdf2)
    await Promise.all([
      ...[20_000, 9000, 14_000, 3000].map((rounds) => derive('p', 's', rounds, 32, 'sha512').then(() => note(`pbkdf2 ${rounds}`))),
      promisify(gzip)('x'.repeat(200_000)).then(() => note('gzip')),
      promisify(brotliCompress)('x'.repeat(20_000)).then(() => note('brotli')),
      promisify(readFile)(import.meta.filename ?? new URL(import.meta.url).pathname).then((text) => note(`read ${text.length > 0}`)),
      promisify(stat)('.').then(() => note('stat')),
      promisedRead('/no/such/file').catch((error) => note(error.code)),
      promisedStat('.').then(() => note('promised stat')),
      webcrypto.subtle.digest('SHA-512', Buffer.alloc(1 << 20)).then((bytes) => note(digest(hex(bytes)))),
      new Promise((resolve) => setTimeout(() => resolve(note('timer')), 6)),
      new Promise((resolve) => setImmediate(() => resolve(note('immediate')))),
    ])
    return order
  },
}
