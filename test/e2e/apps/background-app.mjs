// A service with pollers: what they ask belongs to none of its requests. A tick is asked for with `/tick/<name>`, so that nothing waits for a time.
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import cron from 'node-cron'
import { Cron } from 'croner'

const upstream = process.env.UPSTREAM
const ask = async (what, init) => (await fetch(`${upstream}/${what}`, init)).text()
const times = {}
const note = (what) => console.log(`did ${what}: ${(times[what] = (times[what] ?? 0) + 1)}`)

// Start-up that is chained over timers belongs to main.
await new Promise((resolve) =>
  setTimeout(async () => {
    await ask('start-up')
    resolve()
  }, 5),
)

// An interval, a chain, a chain of closures, and cron jobs.
setInterval(async function poll() {
  // At replay the last one that was recorded may be one that the end of the process had cut off.
  try {
    await ask(`poll?${Math.random()}`)
    await new Promise((resolve) => setTimeout(resolve, 3))
    await ask('poll/second', { method: 'POST', body: String(Date.now()) })
    note('poll')
  } catch {
    note('cut off')
  }
}, 20)
async function chained() {
  await ask('chained', { method: 'POST', body: 'chained' })
  note('chained')
  setTimeout(chained, 20)
}
setTimeout(chained, 20)
const closure = () =>
  setTimeout(async () => {
    await ask('closure', { method: 'POST', body: 'closure' })
    note('closure')
    closure()
  }, 20)
closure()
cron.schedule('* * * * * *', async () => {
  await ask('node-cron', { method: 'POST', body: 'node-cron' })
  note('node-cron')
})
new Cron('* * * * * *', async () => {
  await ask('croner', { method: 'POST', body: 'croner' })
  note('croner')
})
// Does nothing that could be recorded, and must go on at replay.
setInterval(() => note('silent'), 20)

let lazy
const server = http.createServer(async (request, response) => {
  // The first request starts a poller of its own, and work that outlives the response.
  lazy ??= setInterval(async () => {
    await ask('lazy', { method: 'POST', body: 'lazy' })
    note('lazy')
  }, 20)
  const answer = await ask(request.url.slice(1))
  response.setHeader('connection', 'close').end(JSON.stringify({ answer, random: Math.random() }))
  await sleep(5)
  await ask('afterwards', { method: 'POST', body: request.url })
  note(`afterwards ${request.url}`)
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
