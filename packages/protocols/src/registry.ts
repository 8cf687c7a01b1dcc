import { generic } from './generic/index.ts'
import { http1 } from './http1/index.ts'
import { postgres } from './postgres/index.ts'
import type { Protocol } from './protocol.ts'

/** Every wire protocol that Retake understands, in the order in which they are sniffed. */
export const protocols: readonly Protocol[] = [http1, postgres]

/** The protocol of this name; `generic` is one, too. */
export function protocolNamed(name: string): Protocol | undefined {
  return name === generic.name ? generic : protocols.find((protocol) => protocol.name === name)
}
