// Fifty takes at once, each with its own streams.
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'

const one = async ({ call }) => {
  const seen = []
  for (let step = 0; step < 6; step++) {
    seen.push(randomUUID(), Date.now(), Math.random())
    await Promise.race([wait(Math.random() * 6), call(() => new Promise((resolve) => setTimeout(resolve, Math.random() * 6, step)))])
    seen.push(performance.now())
  }
  return seen
}
export const takes = Object.fromEntries(Array.from({ length: 50 }, (_unused, index) => [`take ${index}`, one]))
