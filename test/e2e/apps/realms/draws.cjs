// What the realm of a test has of its own, and what it shares with the process.
const crypto = require('node:crypto')
const fs = require('node:fs')
const { performance } = require('node:perf_hooks')

exports.drawInto = async (name, realm) => {
  const drawn = async () => [
    new realm.Date().toISOString(),
    realm.Date.now(),
    realm.Math.random(),
    new realm.Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'long', timeZone: 'UTC' }).format(),
    crypto.randomUUID(),
    realm.crypto.randomUUID(),
    crypto.randomInt(1e6),
    performance.now(),
    realm.performance.now(),
    String(process.hrtime.bigint()),
    new realm.Event('one').timeStamp,
    (await fs.promises.stat('.')).isDirectory(),
  ]
  const before = await drawn()
  await new Promise((resolve) => realm.setTimeout(resolve, 30))
  const seen = [before, await drawn(), new realm.Date() instanceof realm.Date, realm.Date.name, realm.Date.length]
  fs.writeFileSync(`${process.env.RESULT}.${name}`, JSON.stringify(seen))
}
