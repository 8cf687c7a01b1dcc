// Prints whether every native stands in its place again after all patches were taken back.
const session = globalThis[Symbol.for('test.session')]
const natives = globalThis[Symbol.for('test.natives')]
const during = natives.differences()
globalThis[Symbol.for('test.patches')].undoAll()
const after = natives.differences()
void session
console.log(JSON.stringify({ during: during.length, after }))
