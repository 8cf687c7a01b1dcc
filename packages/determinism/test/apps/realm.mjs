// A realm of its own, as Jest gives one to each test file: its Date and Math are others, its timers are those of the main realm.
import vm from 'node:vm'

const install = globalThis[Symbol.for('test.install')]
const patches = globalThis[Symbol.for('test.patches')]
const context = vm.createContext({ setTimeout, AbortSignal, performance, process })
if (install !== undefined) install(vm.runInContext('globalThis', context), patches)

export const takes = {
  async 'a realm of its own'() {
    return vm.runInContext(
      `(async () => {
        const before = [Date.now(), Math.random(), new Date().toISOString(), new Intl.DateTimeFormat('en', { fractionalSecondDigits: 3 }).format()]
        await new Promise((resolve) => setTimeout(resolve, 15))
        return [...before, Date.now(), new Date() instanceof Date, Object.keys(globalThis), performance.now()]
      })()`,
      context,
    )
  },
}
