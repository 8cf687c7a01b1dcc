/** Preloaded by instructions.mjs: a full collection when asked for, as one comes to any process that is idle. */
process.on('SIGUSR2', () => globalThis.gc())
