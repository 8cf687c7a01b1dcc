// Preloaded before Retake; the script tells what changed since.
const natives = { Date, setTimeout, setInterval, setImmediate, random: Math.random, now: Date.now, fetch, compile: process.getBuiltinModule('module').prototype._compile }
globalThis[Symbol.for('test.natives')] = () => ({
  same: Object.entries({ Date, setTimeout, setInterval, setImmediate, random: Math.random, now: Date.now, fetch, compile: process.getBuiltinModule('module').prototype._compile })
    .filter(([name, value]) => natives[name] === value)
    .map(([name]) => name),
  all: Object.keys(natives),
  globals: Object.keys(globalThis),
  enumerable: Object.keys(process).length,
})
