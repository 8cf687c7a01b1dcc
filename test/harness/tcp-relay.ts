import net from 'node:net'

/** Stands in front of a server that the tests share, so that it can be "stopped" for one of them. */
export interface TcpRelay {
  readonly port: number
  /** Refuses new connections and breaks those that stand. */
  stop(): Promise<void>
}

export async function startTcpRelay(to: { readonly host: string; readonly port: number }): Promise<TcpRelay> {
  const open = new Set<net.Socket>()
  const server = net.createServer((client) => {
    const upstream = net.connect(to.port, to.host)
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => open.delete(socket))
    }
    client.pipe(upstream).pipe(client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as net.AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
