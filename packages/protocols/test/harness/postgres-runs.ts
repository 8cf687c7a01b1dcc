import type { Interaction } from '@retake/core'
import pg from 'pg'
import { expect } from 'vitest'
import type { PostgresService } from '../../../../test/services/postgres.ts'
import { PostgresFront } from './postgres-front.ts'

/** How a driver reaches the server. */
export interface Address {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

export interface Runs<View> {
  readonly live: View
  readonly served: View
  readonly interactions: readonly Interaction[]
  readonly misses: readonly string[]
  readonly unused: readonly string[]
  readonly front: PostgresFront
}

export interface RunOptions<View> {
  /** Cuts the server's bytes for the conversation. */
  readonly pieces?: number
  /** SQL run directly before. */
  readonly prepare?: string
  /** Another client for the second run. */
  readonly again?: (address: Address, front: PostgresFront) => Promise<View>
  /** What the second run is served from; what was heard, otherwise. */
  readonly between?: (interactions: readonly Interaction[]) => readonly Interaction[]
}

/** Runs a client against the real server, and then against what was heard. */
export async function bothRuns<View>(
  service: PostgresService,
  run: (address: Address, front: PostgresFront) => Promise<View>,
  options: RunOptions<View> = {},
): Promise<Runs<View>> {
  if (options.prepare !== undefined) await directly(service, options.prepare)
  const front = new PostgresFront(service)
  front.pieces = options.pieces ?? front.pieces
  await front.listen()
  const { user, password, database } = service
  const address: Address = { host: '127.0.0.1', port: front.port, user, password, database }
  try {
    const live = await run(address, front)
    const { interactions } = front.collector
    const player = await front.serveFrom(options.between?.(interactions) ?? interactions)
    const served = await (options.again ?? run)(address, front)
    return { live, served, interactions, misses: player.misses, unused: player.unused, front }
  } finally {
    await front.close()
  }
}

/** Both runs must look the same to the client, with every interaction used and nothing unreadable. */
export async function sameInBothRuns<View>(
  service: PostgresService,
  run: (address: Address, front: PostgresFront) => Promise<View>,
  options: RunOptions<View> = {},
): Promise<Runs<View>> {
  const runs = await bothRuns(service, run, options)
  expect(runs.front.collector.facts.get('unreadable')).toBeUndefined()
  expect(runs.misses).toEqual([])
  expect(runs.served).toEqual(runs.live)
  expect(runs.unused).toEqual([])
  expect(runs.front.collector.unfinished.map(({ call }) => call.label)).toEqual([])
  return runs
}

/** Runs SQL without anybody listening. */
export async function directly(service: PostgresService, sql: string): Promise<void> {
  const client = new pg.Client(service)
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

/** All that a driver puts into an error, as data. */
export function errorView(error: unknown): { readonly [name: string]: unknown } {
  if (!(error instanceof Error)) return { thrown: error }
  return { ...(error as object), name: error.name, message: error.message }
}

/** What a promise rejects with, as data. */
export async function failure(promise: PromiseLike<unknown>): Promise<{ readonly [name: string]: unknown }> {
  try {
    return { resolved: await promise }
  } catch (error) {
    return errorView(error)
  }
}
