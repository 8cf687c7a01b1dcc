import type { Protocol } from './protocol.ts'

/** Every wire protocol that Retake understands, in the order in which they are sniffed. */
export const protocols: readonly Protocol[] = []
