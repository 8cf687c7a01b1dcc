import type net from 'node:net'
import type { Interaction } from '@retake/core'
import { type Protocol, protocolNamed } from '@retake/protocols'
import { expect } from 'vitest'
import { FrontServer } from './front-server.ts'

/** Something that listens on a free port. */
export interface RealServer {
  readonly port: number
  close(): Promise<void>
}

/** What the client saw with the real server, and what it saw with it gone. */
export interface BothRuns<View> {
  readonly live: View
  readonly served: View
  readonly interactions: readonly Interaction[]
  readonly misses: readonly string[]
  readonly failures: readonly Error[]
  readonly unused: readonly string[]
}

/**
 * Runs a client against a real server and then, with the server closed, against what was heard.
 * @param run Must return data only, and leave no request behind.
 */
export async function bothRuns<View>(
  server: RealServer,
  run: (origin: string, front: FrontServer) => Promise<View>,
  options: {
    readonly protocol?: string
    readonly halfClose?: boolean
    readonly between?: (interactions: readonly Interaction[]) => readonly Interaction[]
  } = {},
): Promise<BothRuns<View>> {
  const front = new FrontServer(protocolNamed(options.protocol ?? 'http1') as Protocol, options)
  await front.listen(server.port)
  try {
    const origin = `http://127.0.0.1:${front.port}`
    const live = await run(origin, front)
    await front.finishConnections()
    await server.close()
    const { interactions } = front.collector
    await front.serveFrom(options.between?.(interactions) ?? interactions)
    const served = await run(origin, front)
    await front.finishConnections()
    return { live, served, interactions, misses: front.player?.misses ?? [], failures: front.failures, unused: front.player?.unused ?? [] }
  } finally {
    await server.close()
    await front.close()
  }
}

/** Both runs must look the same to the client, with every interaction used. */
export async function sameInBothRuns<View>(
  server: RealServer,
  run: (origin: string, front: FrontServer) => Promise<View>,
  options: { readonly protocol?: string; readonly halfClose?: boolean } = {},
): Promise<BothRuns<View>> {
  const both = await bothRuns(server, run, options)
  expect(both.misses).toEqual([])
  expect(both.served).toEqual(both.live)
  expect(both.failures).toEqual([])
  expect(both.unused).toEqual([])
  return both
}

/** Starts any server of Node on a free port. */
export async function listening(server: net.Server): Promise<RealServer> {
  const sockets = new Set<net.Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  let closing: Promise<void> | undefined
  return {
    port: (server.address() as net.AddressInfo).port,
    close: () =>
      (closing ??= new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      })),
  }
}
