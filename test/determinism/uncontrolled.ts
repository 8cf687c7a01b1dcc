/** Routes whose answers depend on what only some releases of Node have: recorded where they have it. */
export const newerNodes: readonly string[] = ['/temporal/now', '/random/uuid7']

/** Tells of the Node.js that it runs on, and is compared by a test of its own. */
export const ofThisNode: readonly string[] = ['/globals']

/** Routes whose answers are the same when that was asked for, each with the reason why it has to be. */
export const onRequest: { readonly [route: string]: string } = {
  '/keys/ec': 'a generated private key would be in the log: `draws: { key }`',
  '/keys/aes': 'the same',
  '/keys/ecdh': 'the same',
  '/outside/pid': 'given by the operating system, and other processes know it: `draws: { pid }`',
  '/outside/hostname': 'the same: `draws: { hostname }`',
  '/outside/folder': 'the same: `draws: { mkdtemp }`',
}

/** What the report names for a route that is not controlled. */
export const namedInReport: { readonly [route: string]: string } = {
  '/keys/ec': 'generated key',
  '/keys/aes': 'generated key',
  '/keys/ecdh': 'generated key',
  '/outside/pid': 'process process.pid (',
  '/outside/hostname': 'machine os.hostname() (',
  '/outside/folder': 'temporary folder ',
  '/outside/file-time': 'time of a file ',
}

/**
 * Routes whose answers are not the same at replay, each with the reason. A test fails when one of them is: then it belongs
 * to the others.
 */
export const uncontrolled: { readonly [route: string]: string } = {
  ...onRequest,
  '/outside/file-time': 'the file system keeps its own time',
}
