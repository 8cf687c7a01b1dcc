import { expect, test } from 'vitest'
import { CallLedger, findAnswer, keyOf } from '@retake/matching'
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
    ledger.note(call, answer, answer.how === 'missed' ? `no answer for ${call.label}` : undefined)
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
