import type { FieldValue, TransportError } from '@retake/core'

const named = new Set(['code', 'message', 'errno', 'syscall', 'address', 'port', 'hostname', 'stack', 'cert'])

function plain(value: unknown): FieldValue | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (value instanceof Uint8Array) return Uint8Array.from(value)
  return undefined
}

/**
 * An error of Node's transport as data: code, errno, syscall, address, port, hostname, message; own properties beside
 * those in `extra`, where `name` stands if it is not `Error` and `errors` holds the parts of an AggregateError (Happy
 * Eyeballs, Node's `net` since 20). The peer's certificate, which Node hangs on some TLS errors, is left out.
 */
export function describeError(error: Error): TransportError {
  const own = error as Error & { [name: string]: unknown }
  const extra: { [name: string]: FieldValue } = {}
  if (error.name !== 'Error') extra['name'] = error.name
  for (const key of Object.keys(own)) {
    if (named.has(key)) continue
    const value = plain(own[key])
    if (value !== undefined) extra[key] = value
  }
  if (error instanceof AggregateError) {
    extra['errors'] = error.errors.map((part: unknown) => describeError(part as Error) as unknown as FieldValue)
  }
  return {
    code: typeof own['code'] === 'string' ? own['code'] : '',
    message: error.message,
    ...(typeof own['errno'] === 'number' ? { errno: own['errno'] } : undefined),
    ...(typeof own['syscall'] === 'string' ? { syscall: own['syscall'] } : undefined),
    ...(typeof own['address'] === 'string' ? { address: own['address'] } : undefined),
    ...(typeof own['port'] === 'number' ? { port: own['port'] } : undefined),
    ...(typeof own['hostname'] === 'string' ? { hostname: own['hostname'] } : undefined),
    ...(Object.keys(extra).length > 0 ? { extra } : undefined),
  }
}

/** Sub-errors of an AggregateError as data; empty for any other error. */
export function partsOf(error: TransportError): readonly TransportError[] {
  const parts = error.extra?.['errors']
  return Array.isArray(parts) ? (parts as unknown as readonly TransportError[]) : []
}

/**
 * The error object as Node made it: the same message and own properties, in Node's order. Its stack names no frame of
 * ours, as Node's has none of the app's.
 */
export function reviveError(described: TransportError): Error {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  let error: Error
  try {
    const isAggregate = described.extra?.['errors'] !== undefined
    error = isAggregate ? new AggregateError(partsOf(described).map(reviveError), described.message) : new Error(described.message)
  } finally {
    Error.stackTraceLimit = limit
  }
  const own = error as Error & { [name: string]: unknown }
  // DNSException sets errno even where there is no number (ENOTFOUND of c-ares); Node's tests rely on the property order no more than we do.
  if (described.errno !== undefined) own['errno'] = described.errno
  if (described.code !== '') own['code'] = described.code
  if (described.syscall !== undefined) own['syscall'] = described.syscall
  if (described.address !== undefined) own['address'] = described.address
  if (described.port !== undefined) own['port'] = described.port
  if (described.hostname !== undefined) own['hostname'] = described.hostname
  for (const [key, value] of Object.entries(described.extra ?? {})) {
    if (key === 'errors') continue
    if (key === 'name') {
      if (error.name !== value)
        Object.defineProperty(error, 'name', {
          value,
          configurable: true,
          writable: true,
          enumerable: false,
        })
    } else own[key] = value
  }
  // ERR_* errors of Node show their code in the first line of the stack.
  if (described.code.startsWith('ERR_') && error.stack !== undefined) {
    const shown = `${error.name} [${described.code}]`
    const stack = error.stack.startsWith(error.name) ? shown + error.stack.slice(error.name.length) : error.stack
    Object.defineProperty(error, 'stack', {
      value: stack,
      configurable: true,
      writable: true,
      enumerable: false,
    })
  }
  return error
}

/**
 * Whether the transport itself made the error with which a socket was destroyed (`ErrnoException`, `DNSException` and
 * their kin all name the system call; OpenSSL's name library or reason), and not the app.
 * @param handshaking TLS is being set up: whatever fails then (verification, lost connection) is the transport's.
 */
export function isTransportError(error: Error, handshaking: boolean): boolean {
  const own = error as Error & { syscall?: unknown; code?: unknown; library?: unknown }
  if (typeof own.syscall === 'string' || typeof own.library === 'string') return true
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.every((part: unknown) => part instanceof Error && isTransportError(part, false))
  }
  if (typeof own.code !== 'string' || own.code === 'ABORT_ERR') return false
  return own.code === 'ERR_SOCKET_CONNECTION_TIMEOUT' || own.code.startsWith('ERR_SSL_') || (handshaking && isVerificationError(own.code))
}

/** Codes with which OpenSSL refuses a certificate, as listed in Node's documentation of TLS (X.509 certificate error codes). */
const verificationCodes = new Set(
  (
    'UNABLE_TO_GET_ISSUER_CERT UNABLE_TO_GET_CRL UNABLE_TO_DECRYPT_CERT_SIGNATURE UNABLE_TO_DECRYPT_CRL_SIGNATURE ' +
    'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY CERT_SIGNATURE_FAILURE CRL_SIGNATURE_FAILURE CERT_NOT_YET_VALID CERT_HAS_EXPIRED ' +
    'CRL_NOT_YET_VALID CRL_HAS_EXPIRED ERROR_IN_CERT_NOT_BEFORE_FIELD ERROR_IN_CERT_NOT_AFTER_FIELD ' +
    'ERROR_IN_CRL_LAST_UPDATE_FIELD ERROR_IN_CRL_NEXT_UPDATE_FIELD OUT_OF_MEM DEPTH_ZERO_SELF_SIGNED_CERT ' +
    'SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_GET_ISSUER_CERT_LOCALLY UNABLE_TO_VERIFY_LEAF_SIGNATURE CERT_CHAIN_TOO_LONG ' +
    'CERT_REVOKED INVALID_CA PATH_LENGTH_EXCEEDED INVALID_PURPOSE CERT_UNTRUSTED CERT_REJECTED HOSTNAME_MISMATCH'
  ).split(' '),
)

/** What makes `tls.connect` give up: a refused certificate, a name that does not fit, a peer that went away. */
function isVerificationError(code: string): boolean {
  return code === 'ECONNRESET' || code.startsWith('ERR_TLS_') || verificationCodes.has(code)
}
