const { drawInto } = require('./draws.cjs')

const atLoad = Math.random()

test('draws', async () => {
  await drawInto('two', globalThis)
  expect(atLoad).toBeLessThan(1)
})
