// What OpenSSL generates for itself.
import crypto, { createDiffieHellman, createECDH, generateKeyPairSync, generatePrimeSync, webcrypto } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const { subtle } = webcrypto
const hex = (bytes) => Buffer.from(bytes).toString('hex')
const text = (key) =>
  key.type === 'secret'
    ? hex(key.export())
    : key.export({ format: 'der', type: key.type === 'private' ? 'pkcs8' : 'spki' }).toString('base64')
const both = ({ publicKey, privateKey }) => [publicKey, privateKey].map((key) => (key instanceof crypto.KeyObject ? text(key) : key))
const webText = async (key) => [
  key.type,
  key.extractable,
  key.algorithm,
  key.usages,
  key.extractable || key.type === 'public' ? await subtle.exportKey('jwk', key) : null,
]
const webBoth = async ({ publicKey, privateKey }) => [await webText(publicKey), await webText(privateKey)]
const pem = { publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } }

export const takes = {
  'key pairs': async () => [
    both(generateKeyPairSync('ec', { namedCurve: 'P-384' })),
    both(generateKeyPairSync('ed25519')),
    both(generateKeyPairSync('x25519')),
    both(generateKeyPairSync('rsa', { modulusLength: 1024 })),
    both(generateKeyPairSync('rsa-pss', { modulusLength: 1024, hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha256', saltLength: 16 })),
    both(generateKeyPairSync('dh', { group: 'modp14' })),
    both(generateKeyPairSync('ec', { namedCurve: 'P-256', ...pem })),
    both(
      generateKeyPairSync('ed25519', { ...pem, privateKeyEncoding: { ...pem.privateKeyEncoding, cipher: 'aes-128-cbc', passphrase: 'p' } }),
    ),
    hex(
      generateKeyPairSync('ed25519', {
        publicKeyEncoding: { type: 'spki', format: 'der' },
        privateKeyEncoding: { type: 'pkcs8', format: 'der' },
      }).privateKey,
    ),
    both(await promisify(crypto.generateKeyPair)('ec', { namedCurve: 'P-256' })),
    both(await promisify(crypto.generateKeyPair)('ed25519', pem)),
    await new Promise((resolve) => crypto.generateKeyPair('ed25519', pem, (...values) => resolve(values))),
    both(generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding: { format: 'jwk' }, privateKeyEncoding: { format: 'jwk' } })),
  ],
  'secret keys and primes': async () => [
    text(crypto.generateKeySync('hmac', { length: 64 })),
    text(crypto.generateKeySync('aes', { length: 256 })),
    text(await promisify(crypto.generateKey)('aes', { length: 128 })),
    hex(generatePrimeSync(64)),
    String(generatePrimeSync(32, { bigint: true })),
    String(await promisify(crypto.generatePrime)(64, { bigint: true, safe: true })),
    hex(await promisify(crypto.generatePrime)(64)),
  ],
  'key exchange': () => {
    const ecdh = createECDH('prime256v1')
    const publicKey = ecdh.generateKeys('hex', 'compressed')
    const again = ecdh.generateKeys()
    const other = createECDH('prime256v1')
    other.setPrivateKey(Buffer.alloc(32, 5))
    const group = crypto.getDiffieHellman('modp5')
    const peer = createDiffieHellman(group.getPrime(), group.getGenerator())
    return [
      publicKey,
      hex(again),
      hex(ecdh.getPrivateKey()),
      ecdh.computeSecret(other.getPublicKey(), null, 'hex'),
      group.generateKeys('base64'),
      hex(group.getPrivateKey()),
      peer.generateKeys('hex'),
      peer.generateKeys('hex'),
      group.computeSecret(peer.getPublicKey()).equals(peer.computeSecret(group.getPublicKey())),
      createDiffieHellman(512).getPrime('hex'),
    ]
  },
  'Web Crypto': async () => {
    const { privateKey, publicKey } = await subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits'])
    return [
      await webText(await subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt', 'decrypt'])),
      await webText(await subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, ['sign'])),
      await webBoth(await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])),
      await webBoth(
        await subtle.generateKey(
          { name: 'RSA-OAEP', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-1' },
          true,
          ['encrypt', 'decrypt'],
        ),
      ),
      await webBoth(await subtle.generateKey('Ed25519', true, ['sign', 'verify'])),
      await webBoth({ privateKey, publicKey }),
      hex(await subtle.deriveBits({ name: 'ECDH', public: publicKey }, privateKey, 256)),
      await subtle.generateKey({ name: 'AES-GCM', length: 5 }, true, ['encrypt']).catch(({ name }) => name),
    ]
  },
  // From Node 24 on.
  'after quanta': async () => {
    if (crypto.encapsulate === undefined) return []
    const kem = generateKeyPairSync('ml-kem-512')
    const dsa = generateKeyPairSync('ml-dsa-44')
    const web = await subtle.generateKey('ML-KEM-512', true, ['encapsulateBits', 'encapsulateKey', 'decapsulateBits', 'decapsulateKey'])
    const bits = await subtle.encapsulateBits('ML-KEM-512', web.publicKey)
    const made = crypto.encapsulate(kem.publicKey)
    const later = await promisify(crypto.encapsulate)(kem.publicKey)
    const { sharedKey, ciphertext } = await subtle.encapsulateKey('ML-KEM-512', web.publicKey, { name: 'HMAC', hash: 'SHA-256' }, true, [
      'sign',
    ])
    return [
      both(kem),
      both(dsa),
      hex(crypto.sign(null, Buffer.from('x'), dsa.privateKey)),
      [made, later, bits].map((each) => [hex(each.sharedKey), hex(each.ciphertext)]),
      hex(crypto.decapsulate(kem.privateKey, made.ciphertext)) === hex(made.sharedKey),
      hex(await subtle.decapsulateBits('ML-KEM-512', web.privateKey, bits.ciphertext)) === hex(bits.sharedKey),
      await webText(sharedKey),
      hex(ciphertext),
      hex(
        await promisify(crypto.argon2)('argon2id', {
          message: 'p',
          nonce: crypto.randomBytes(16),
          parallelism: 1,
          tagLength: 8,
          memory: 64,
          passes: 1,
        }),
      ),
    ]
  },
  'the machine': async () => {
    const make = [fs.mkdtempSync, fs.promises.mkdtemp, promisify(fs.mkdtemp)]
    const folders = []
    for (const each of make) folders.push(await each(path.join(os.tmpdir(), 'retake-host-')))
    const exist = folders.map((folder) => fs.statSync(folder).isDirectory())
    for (const folder of folders) fs.rmdirSync(folder)
    return [process.pid, os.hostname(), process.kill(process.pid, 0), folders, exist]
  },
}
