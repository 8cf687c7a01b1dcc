// What the tests use of drivers that come without types.
declare module 'pg-cursor' {
  import type { Submittable } from 'pg'
  export default class Cursor implements Submittable {
    constructor(text: string, values?: readonly unknown[])
    submit(connection: unknown): void
    // eslint-disable-next-line typescript/no-explicit-any -- as the driver's users have it: rows of their own type
    read(rows: number): Promise<any[]>
    close(): Promise<void>
  }
}

declare module 'pg-copy-streams' {
  import type { Readable, Writable } from 'node:stream'
  import type { Submittable } from 'pg'
  export function from(text: string): Writable & Submittable & { readonly rowCount: number }
  export function to(text: string): Readable & Submittable & { readonly rowCount: number }
}
