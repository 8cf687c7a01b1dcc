/** Where a connection goes. */
export interface Target {
  /** Host name or address as the app gave it; `undefined` for a path. */
  readonly host: string | undefined
  readonly port: number | undefined
  /** Unix socket or named pipe. */
  readonly path: string | undefined
  /** Whether TLS was asked for when the connection was opened (an upgrade in place comes later). */
  readonly secure: boolean
  readonly servername?: string
}

/** `host:port`, or `unix:/path`; IPv6 addresses in brackets. */
export function targetName(target: Target): string {
  if (target.path !== undefined) return `unix:${target.path}`
  const host = target.host ?? 'localhost'
  return `${host.includes(':') ? `[${host}]` : host}:${target.port ?? 0}`
}
