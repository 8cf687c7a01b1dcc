import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { here, median, register, retakeIsBuilt, rotated, runChild, startChild, table, times, verdict } from '../measure.mjs'
import { calls } from './calls.mjs'
import { timeOpening } from './opening.mjs'

const gc = ['--expose-gc']
const peer = (name) => here(import.meta.url, `peers/${name}.mjs`)

function sizeOf(path) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return 0
  return stat.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0) : stat.size
}

/**
 * Replaying 5,000 calls over 200 distinct bodies of 2 KB by `node:http` and by the built-in `fetch`, ten at a time, beside
 * the same calls to a real server on loopback and beside the peers; and what they were recorded into.
 */
export async function measureReplay({ quick }) {
  const folder = mkdtempSync(join(tmpdir(), 'retake-bench-'))
  const server = await startChild(here(import.meta.url, 'server.mjs'))
  const origin = `http://127.0.0.1:${server.ready.port}`
  const rounds = quick ? 2 : 5
  const results = []
  const replayed = (cassette) => ({ execArgv: [...gc, '--import', register], env: { RETAKE_MODE: 'replay', RETAKE_CASSETTE: cassette } })

  for (const client of ['http', 'fetch']) {
    const stored = (name) => join(folder, `${name}-${client}`)
    const candidates = {
      loopback: { path: peer('loopback'), args: [client, origin] },
      ...(retakeIsBuilt
        ? { Retake: { path: peer('loopback'), args: [client, origin], file: stored('retake'), ...replayed(stored('retake')) } }
        : {}),
      nock: { path: peer('nock'), args: [client, origin, stored('nock')], file: stored('nock'), record: true },
      ...(client === 'http'
        ? { 'Polly.JS': { path: peer('polly'), args: [client, origin, stored('polly')], file: stored('polly'), record: true } }
        : {}),
      ...(client === 'fetch'
        ? {
            'undici SnapshotAgent': {
              path: peer('snapshot-agent'),
              args: [client, origin, stored('snapshot')],
              file: stored('snapshot'),
              record: true,
            },
          }
        : {}),
      msw: { path: peer('msw'), args: [client, origin] },
    }
    const broken = {}
    for (const [name, { path, args, record, env }] of Object.entries(candidates)) {
      try {
        if (record) await runChild(path, { args: [...args, 'record'] })
        if (name === 'Retake')
          await runChild(path, { args, execArgv: [...gc, '--import', register], env: { ...env, RETAKE_MODE: 'record' } })
      } catch (error) {
        broken[name] = error.message
      }
    }
    const figures = {}
    for (let round = 0; round < rounds; round++) {
      for (const [name, { path, args, execArgv = gc, env }] of rotated(Object.entries(candidates), round)) {
        if (broken[name] !== undefined) continue
        try {
          ;(figures[name] ??= []).push(await runChild(path, { args, execArgv, env }))
        } catch (error) {
          broken[name] = error.message
        }
      }
    }
    const loopback = median(figures.loopback.map(({ ms }) => ms))
    for (const [name, { file }] of Object.entries(candidates)) {
      if (broken[name] !== undefined || figures[name] === undefined) {
        results.push({ client, name, broken: broken[name] })
        continue
      }
      const ms = median(figures[name].map((each) => each.ms))
      const opened = name === 'Retake' ? await timeOpening(file) : median(figures[name].map((each) => each.opened))
      const heap = median(figures[name].map(({ heapPerCall }) => heapPerCall))
      results.push({
        client,
        name,
        rate: (calls / ms) * 1000,
        ratio: loopback / ms,
        heap,
        size: file === undefined ? undefined : sizeOf(file),
        opened: file === undefined || opened === 0 ? undefined : opened,
      })
    }
  }
  await server.stop()
  rmSync(folder, { recursive: true, force: true })

  const megabytes = (size) => (size === undefined ? '' : (size / 1e6).toFixed(2))
  const budgets = results
    .filter(({ name }) => name === 'Retake')
    .flatMap(({ client, broken, ratio, heap, size, opened }) => {
      if (broken !== undefined) return [[`replaying ${client} calls`, '', 'failed', 'missed']]
      const least = client === 'http' ? 1.5 : 1.3
      return [
        [`replaying ${client} calls`, `≥ ${least} × loopback`, times(ratio), verdict(ratio >= least)],
        [`heap left per replayed ${client} call`, '0', `${heap.toFixed(0)} B`, verdict(heap < 100)],
        [`cassette of ${client} calls`, '≤ 0.2 MB', `${megabytes(size)} MB`, verdict(size <= 200_000)],
        [`cassette of ${client} calls, opened`, '≤ 10 ms', `${opened.toFixed(1)} ms`, verdict(opened <= 10)],
      ]
    })
  return {
    title: 'Replaying 5,000 calls over 200 distinct bodies of 2 KB',
    method: `${calls} calls, ten at a time; a process for each of ${rounds} rounds, taking turns; wall clock, medians. Heap after two collections.`,
    text: table(
      ['client, peer', 'calls/s', 'to loopback', 'heap per call, B', 'stored, MB', 'opened, ms'],
      results.map(({ client, name, broken, rate, ratio, heap, size, opened }) =>
        broken === undefined
          ? [
              `${client}, ${name}`,
              rate.toFixed(0),
              times(ratio),
              heap.toFixed(0),
              megabytes(size),
              opened === undefined ? '' : opened.toFixed(1),
            ]
          : [`${client}, ${name}`, 'failed', '', '', '', ''],
      ),
    ),
    budgets,
  }
}
