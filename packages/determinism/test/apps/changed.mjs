// The same code in two versions. The newer one draws more, sleeps more, and leaves something out.
import { randomBytes, randomUUID } from 'node:crypto'

const newer = process.env.APP_VERSION === '2'
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

export const takes = {
  async 'more draws of other kinds'() {
    if (newer) void [Math.random(), randomBytes(7), performance.now()]
    const first = randomUUID()
    await sleep(3)
    if (newer) randomBytes(5)
    return [first, randomUUID(), Date.now(), randomBytes(4).toString('hex')]
  },
  async 'more draws of the same kind'() {
    const ids = [randomUUID()]
    await sleep(2)
    ids.push(randomUUID())
    if (newer) ids.push(randomUUID(), randomUUID())
    return [ids, newer ? Math.random() : undefined]
  },
  async 'more sleep'() {
    const began = Date.now()
    if (!newer) return sleep(4).then(() => Date.now() - began)
    await sleep(5000)
    const slept = Date.now() - began
    await sleep(4)
    return [slept >= 5000, Date.now() - began >= slept]
  },
  async less({ call }) {
    const values = []
    if (!newer) values.push(await call(async () => 1))
    await sleep(2)
    return values.length
  },
}
