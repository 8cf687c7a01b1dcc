import type { FieldValue } from '@retake/core'
import { authenticationOk, backendKeyData, negotiateProtocolVersion, parameterStatus, readyForQuery } from './backend-messages.ts'
import type { Startup } from './frontend-messages.ts'

/** What PostgreSQL 15 reports at start-up, for a target whose greeting was not recorded. */
const usualParameters: { readonly [name: string]: string } = {
  application_name: '',
  client_encoding: 'UTF8',
  DateStyle: 'ISO, MDY',
  default_transaction_read_only: 'off',
  in_hot_standby: 'off',
  integer_datetimes: 'on',
  IntervalStyle: 'postgres',
  is_superuser: 'off',
  server_encoding: 'UTF8',
  server_version: '15.0',
  session_authorization: '',
  standard_conforming_strings: 'on',
  TimeZone: 'UTC',
}

/** Reported parameters that a client sets by its StartupMessage, by their names there in lower case. */
const settable: ReadonlySet<string> = new Set(['application_name', 'client_encoding', 'datestyle', 'intervalstyle', 'timezone'])

/**
 * What a server says to a client that it lets in. It asks for no proof: whatever the client would answer, the recorded
 * server was content with it.
 * @param fact The recorded greeting.
 */
export function greeting(startup: Startup, fact: FieldValue | undefined): Uint8Array[] {
  const recorded = fields(fact)
  const minor = typeof recorded['minor'] === 'number' ? recorded['minor'] : 0
  const known = fields(recorded['parameters'])
  const parameters: { [name: string]: FieldValue } = Object.keys(known).length > 0 ? { ...known } : { ...usualParameters }
  for (const [name, value] of startup.parameters) {
    const reported = Object.keys(parameters).find((candidate) => candidate.toLowerCase() === name.toLowerCase())
    if (reported !== undefined && settable.has(reported.toLowerCase())) parameters[reported] = reportedValue(reported, value)
  }
  const user = startup.parameters.get('user')
  if (user !== undefined) parameters['session_authorization'] = user

  const unknownOptions = [...startup.parameters.keys()].filter((name) => name.startsWith('_pq_.'))
  return [
    ...(startup.minor > minor || unknownOptions.length > 0
      ? [negotiateProtocolVersion(Math.min(minor, startup.minor), unknownOptions)]
      : []),
    authenticationOk,
    ...Object.entries(parameters).flatMap(([name, value]) => (typeof value === 'string' ? [parameterStatus(name, value)] : [])),
    // Good for a CancelRequest, which is answered by closing whatever it says.
    backendKeyData(1, new Uint8Array(4)),
    readyForQuery('I'),
  ]
}

/** The server reports the encoding under its own name. */
function reportedValue(name: string, value: string): string {
  return name === 'client_encoding' && /^(?:utf-?8|unicode)$/i.test(value.replaceAll("'", '')) ? 'UTF8' : value
}

function fields(value: FieldValue | undefined): { readonly [name: string]: FieldValue } {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  return isRecord ? (value as { readonly [name: string]: FieldValue }) : {}
}
