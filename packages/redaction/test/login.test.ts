import { describe, expect, it } from 'vitest'
import { createRedactor } from '../src/index.ts'

const redactor = createRedactor({ key: new Uint8Array(32).fill(7) })
const body = (text: string): string =>
  Buffer.from(redactor.body(Buffer.from(text, 'latin1'), undefined) as Buffer<ArrayBuffer>).toString('latin1')
const plain = Buffer.from('\0ada\0swordfish').toString('base64')

describe('a login in the words of', () => {
  it.each([
    ['SMTP', `AUTH PLAIN ${plain}\r\n`, plain],
    ['SMTP with a token', 'AUTH XOAUTH2 dXNlcj1hZGEBYXV0aD1CZWFyZXIgeA==\r\n', 'dXNlcj1hZGEBYXV0aD1CZWFyZXIgeA=='],
    ['IMAP', 'a1 LOGIN ada sw0rdfish\r\n', 'sw0rdfish'],
    ['IMAP, quoted', 'a1 LOGIN "ada" "sword \\"fish"\r\n', 'sword \\"fish'],
    ['IMAP, with SASL', `a1 AUTHENTICATE PLAIN ${plain}\r\n`, plain],
    ['POP3 and FTP', 'PASS sword fish\r\n', 'sword fish'],
    ['Redis', '*2\r\n$4\r\nAUTH\r\n$9\r\nswordfish\r\n*1\r\n$4\r\nPING\r\n', 'swordfish'],
    ['Redis, with a user', '*3\r\n$4\r\nauth\r\n$3\r\nada\r\n$9\r\nswordfish\r\n', 'swordfish'],
    [
      'Redis, in HELLO',
      '*5\r\n$5\r\nHELLO\r\n$1\r\n3\r\n$4\r\nAUTH\r\n$7\r\ndefault\r\n$9\r\nswordfish\r\n*3\r\n$6\r\nCLIENT\r\n',
      'swordfish',
    ],
    ['AMQP', '\x01\0\0\0\0\x01\x0f\0\x0a\0\x0b\0\0\0\xff\x05PLAIN\0\0\0\x0e\0ada\0swordfish\x05en_US\xce', 'swordfish'],
    ['MQTT 3.1.1', '\x10\x1d\0\x04MQTT\x04\xc2\0\x3c\0\x02me\0\x03ada\0\x09swordfish\xc0\0', 'swordfish'],
    [
      'MQTT 5, with a will',
      '\x10\x2c\0\x04MQTT\x05\xc6\0\x3c\x03\x21\0\x14\0\x02me\0\0\x04gone\0\x03bye\0\x03ada\0\x09swordfish',
      'swordfish',
    ],
    ['NATS', 'CONNECT {"verbose":false,"user":"ada","pass":"swordfish"}\r\nPING\r\n', 'swordfish'],
  ])('%s', (_protocol, said, secret) => {
    const redacted = body(said)
    expect(redacted).not.toContain(secret)
    const [before, after] = said.split(secret) as [string, string]
    expect(redacted.startsWith(before) && redacted.endsWith(after)).toBe(true)
  })

  it.each([
    'AUTH LOGIN\r\n',
    'AUTH PLAIN\r\n',
    'Please pass this on\r\n',
    'a1 LOGIN ada\r\n',
    'the AUTH PLAIN mechanism is off\r\n',
    '250-AUTH PLAIN LOGIN\r\n250 AUTH PLAIN LOGIN\r\n',
    '*2\r\n$3\r\nGET\r\n$4\r\nAUTH\r\n',
    'PASSED all tests\r\n',
    '\x10\x1d\0\x04MQTT\x04\x82\0\x3c\0\x02me\0\x03ada',
    '\x10\x1d\0\x04MQTT\x04\xc2\0\x3c\0\x02me\0\x03ada\0\x09sword',
  ])('nobody: %j', (said) => {
    expect(body(said)).toBe(said)
  })
})
