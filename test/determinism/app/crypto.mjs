import argon2 from 'argon2'
import bcrypt from 'bcrypt'
import bcryptjs from 'bcryptjs'
import crypto, { createPrivateKey, createPublicKey, createSign, webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

const { subtle } = webcrypto
const key = (name) => createPrivateKey(readFileSync(`${process.env.KEYS}/${name}.pem`))
const ec = key('ec')
const rsa = key('rsa')
const ecForWeb = subtle.importKey('jwk', ec.export({ format: 'jwk' }), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
const text = (bytes) => Buffer.from(bytes).toString('base64')

export const routes = {
  // 28
  '/password/bcryptjs': async () => [await bcryptjs.hash('p', 4), bcryptjs.hashSync('p', 4)],
  '/password/bcrypt': async () => [await bcrypt.hash('p', 4), bcrypt.hashSync('p', 4)],
  '/password/argon2': () => argon2.hash('p', { memoryCost: 1024, timeCost: 2, parallelism: 1 }),
  '/password/scrypt': async () => {
    const salt = crypto.randomBytes(16)
    return [text(salt), text(await promisify(crypto.scrypt)('p', salt, 32)), text(crypto.scryptSync('p', crypto.randomBytes(8), 16))]
  },
  '/aes-gcm': () => {
    const iv = crypto.randomBytes(12)
    const cipher = crypto.createCipheriv('aes-256-gcm', Buffer.alloc(32, 1), iv)
    return [text(iv), text(Buffer.concat([cipher.update('secret'), cipher.final(), cipher.getAuthTag()]))]
  },
  // 29
  '/signatures': async () => [
    text(crypto.sign('sha256', Buffer.from('x'), ec)),
    text(await promisify(crypto.sign)('sha256', Buffer.from('x'), ec)),
    createSign('sha256').update('x').sign(ec, 'base64'),
    text(crypto.sign('sha256', Buffer.from('x'), { key: rsa, padding: crypto.constants.RSA_PKCS1_PSS_PADDING })),
    text(crypto.publicEncrypt(createPublicKey(rsa), Buffer.from('x'))),
    text(await subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, await ecForWeb, Buffer.from('x'))),
  ],
  '/keys/ec': () => crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'pem', type: 'spki' }),
  // (Not as JWK: the order of its members depends on the release.)
  '/keys/aes': async () =>
    text(await subtle.exportKey('raw', await subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt']))),
  // Other keys at replay, where they are not recorded: signatures are the recorded ones, and hold all the same.
  '/keys/used': async () => {
    const data = Buffer.from('data')
    const { privateKey, publicKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = { publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } }
    const rsa = await promisify(crypto.generateKeyPair)('rsa', { modulusLength: 1024, ...pem })
    const pss = { padding: crypto.constants.RSA_PKCS1_PSS_PADDING }
    const web = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
    const ecdsa = { name: 'ECDSA', hash: 'SHA-256' }
    const signatures = [
      crypto.sign('sha256', data, privateKey),
      await promisify(crypto.sign)('sha256', data, privateKey),
      crypto.createSign('sha256').update(data).sign(privateKey),
    ]
    const signature = crypto.sign('sha256', data, { key: rsa.privateKey, ...pss })
    const sealed = crypto.publicEncrypt(rsa.publicKey, data)
    const signed = await subtle.sign(ecdsa, web.privateKey, data)
    return [
      [...signatures, signature, sealed, Buffer.from(signed)].map(text),
      crypto.verify('sha256', data, publicKey, signatures[0]),
      await promisify(crypto.verify)('sha256', data, publicKey, signatures[1]),
      crypto.createVerify('sha256').update(data).verify(publicKey, signatures[2]),
      crypto.verify('sha256', Buffer.from('other'), publicKey, signatures[0]),
      crypto.verify('sha256', data, { key: rsa.publicKey, ...pss }, signature),
      String(crypto.privateDecrypt(rsa.privateKey, sealed)),
      await subtle.verify(ecdsa, web.publicKey, signed, data),
      await subtle.verify(ecdsa, web.publicKey, signed, Buffer.from('other')),
    ]
  },
  '/keys/ecdh': () => crypto.createECDH('prime256v1').generateKeys('hex'),
  // 40
  '/pbkdf2/order': async () => {
    const order = []
    await Promise.all(
      [900, 300, 600, 100].map(async (rounds) =>
        order.push([rounds, text(await promisify(crypto.pbkdf2)('p', 's', rounds * 10, 8, 'sha256'))]),
      ),
    )
    return { order, at: Date.now() }
  },
}
