import { expect, test } from 'vitest'
import type { Call } from '@retake/core'
import { CallLedger, explainMiss, findAnswer, keyOf } from '@retake/matching'
import { get, interaction, plainForms, recorded, sql } from './takes.ts'

test('keeps the account of one take', () => {
  const read = get('http://api:80/a')
  const write = sql('INSERT INTO orders VALUES (1)')
  const own = recorded('t1', [
    read,
    write,
    sql('UPDATE orders SET n = 2'),
    sql('BEGIN'),
    interaction(4, get('http://api:80/aborted'), 'abandoned'),
    sql('SELECT 1'),
  ])
  const main = recorded('main', [get('http://api:80/config')])
  const ledger = new CallLedger(own)
  for (const call of [read, read, write, write, get('http://api:80/config'), sql('DELETE FROM orders')]) {
    const answer = findAnswer(call, keyOf(call, plainForms), { own, main })
    ledger.note(call, answer, answer.how === 'missed' ? { message: `no answer for ${call.label}`, nearest: [] } : undefined)
  }
  expect(ledger.account()).toMatchInlineSnapshot(`
    {
      "borrowed": [
        {
          "effect": "read",
          "from": "main",
          "interaction": 0,
          "label": "GET http://api:80/config",
          "protocol": "http1",
        },
      ],
      "changed": [],
      "missed": [
        {
          "effect": "write",
          "label": "INSERT INTO orders VALUES (1)",
          "protocol": "postgres",
          "reason": "no answer for INSERT INTO orders VALUES (1)",
        },
        {
          "effect": "write",
          "label": "DELETE FROM orders",
          "protocol": "postgres",
          "reason": "no answer for DELETE FROM orders",
        },
      ],
      "missing": [
        {
          "effect": "write",
          "interaction": 2,
          "label": "UPDATE orders SET n = 2",
          "protocol": "postgres",
        },
        {
          "effect": "read",
          "interaction": 5,
          "label": "SELECT 1",
          "protocol": "postgres",
        },
      ],
      "repeated": [
        {
          "effect": "read",
          "interaction": 0,
          "label": "GET http://api:80/a",
          "protocol": "http1",
        },
      ],
      "served": 2,
      "take": "t1",
    }
  `)
})

test('a call that changed is one difference, not a miss and a missing call', () => {
  const insert = (table: string, amount: string): Call => sql(`INSERT INTO ${table} (amount) VALUES ($1)`, [amount])
  const own = recorded('t1', [insert('charges', '4200'), insert('charges', '17'), sql('DELETE FROM carts')])
  const ledger = new CallLedger(own)
  const ask = (call: Call): void => {
    const answer = findAnswer(call, keyOf(call, plainForms), { own })
    ledger.note(call, answer, answer.how === 'missed' ? explainMiss(call, { own }, { mode: 'here', cassette: 'c' }) : undefined)
  }
  ask(insert('charges', '4300'))
  ask(insert('charges', '4300')) // The client tries again.
  ask(insert('charges', '17'))
  const { missed, missing, served } = ledger.account()
  expect(served).toBe(1)
  expect(missed.map(({ interaction: id, differences }) => ({ id, differences }))).toEqual([
    { id: 0, differences: [{ path: 'parameters[0]', recorded: '4200', asked: '4300' }] },
    { id: undefined, differences: undefined },
  ])
  expect(missing.map(({ label }) => label)).toEqual(['DELETE FROM carts'])
})
