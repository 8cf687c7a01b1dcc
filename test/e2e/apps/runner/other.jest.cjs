const fs = require('node:fs')
const { callAll } = require('./calls.cjs')

test('asks everybody, in another order', async () => {
  const found = await callAll('other', ['pool', 'undici', 'http', 'client', 'axios', 'post', 'refused', 'fetch'])
  expect(Object.keys(found.answers)).toHaveLength(8)
  expect(found.answers.refused).toBe('ECONNREFUSED')
  fs.writeFileSync(`${process.env.RESULT}.other`, JSON.stringify(found))
})
