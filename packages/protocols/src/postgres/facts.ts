/**
 * Names of what is kept once per target, because a virtual server must say it before it can know which interaction
 * answers. None of these holds a value of the application: descriptions are kept under a hash of the statement's text
 * without its literals.
 */
export const facts = {
  /** `'S'` or `'N'`: the answer to SSLRequest. */
  ssl: 'ssl',
  /** `{ parameters: { [name]: value }, minor }`: what the server said when a client had logged in. */
  greeting: 'greeting',
  /** Why a connection could not be followed. */
  unreadable: 'unreadable',
  /** A start-up of this user for this database was refused at least once. */
  startupFailed: (user: string, database: string): string => `startup-failed:${user}/${database}`,
  /** A start-up of this user for this database went well at least once. */
  startup: (user: string, database: string): string => `startup:${user}/${database}`,
  /** `{ parameters, columns }`: ParameterDescription and RowDescription (`null` for NoData) of a statement. */
  statement: (key: string): string => `statement:${key}`,
  /** `{ columns }`: RowDescription (`null` for NoData) of a portal. */
  portal: (key: string): string => `portal:${key}`,
  /** Parsing, describing or binding this statement, without executing it, failed at least once. */
  undescribed: (key: string): string => `undescribed:${key}`,
  /** CopyInResponse of a `COPY … FROM STDIN`. */
  copyIn: (key: string): string => `copy-in:${key}`,
  /** This COPY was refused before any data at least once. */
  copyInFailed: (key: string): string => `copy-in-failed:${key}`,
  /** This COPY was refused amid its data at least once. */
  copyInRefused: (key: string): string => `copy-in-refused:${key}`,
} as const
