// A gRPC service. What it does otherwise than recorded, it does on request: see BEHAVIOUR.
import { randomUUID } from 'node:crypto'
import { Server, ServerCredentials, status } from '@grpc/grpc-js'
import { shop } from './grpc-shop.mjs'

const upstream = process.env.UPSTREAM_URL
const behaviour = process.env.BEHAVIOUR ?? 'right'

const server = new Server()
server.addService(shop, {
  async order({ request, metadata }, done) {
    if (request.item === 'none') return done({ code: status.NOT_FOUND, details: 'there is none' })
    const { name } = await (await fetch(`${upstream}/name`)).json()
    const price = behaviour === 'other price' ? -1 : Math.random()
    done(null, { id: randomUUID(), item: request.item, price, by: name, tenant: metadata.get('tenant')[0] ?? null, at: Date.now() })
  },
  watch(call) {
    for (let n = 0; n < 3; n++) call.write({ n, price: Math.random() })
    call.end()
  },
  sum(call, done) {
    let sum = 0
    call.on('data', ({ item }) => (sum += Number(item)))
    call.on('end', () => done(null, { sum, receipt: randomUUID() }))
  },
  talk(call) {
    call.on('data', ({ item }) => call.write({ echo: item, drawn: Math.random() }))
    call.on('end', () => call.end())
  },
})
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error
  console.log(`listening on ${port}`)
})
for (const signal of ['SIGTERM', 'SIGINT'])
  process.on(signal, () => {
    server.forceShutdown()
    process.exit(0)
  })
