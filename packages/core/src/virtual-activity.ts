import { shared } from './shared-state.ts'

/**
 * What happens on virtual sockets beside the recorded deliveries: handshakes, acknowledgements, ends and closes. They take
 * a few turns of the event loop, where live ones took some fractions of a millisecond: virtual time must not overtake them.
 * Counted up by the transport whenever something was scheduled or done.
 */
export const virtualActivity: { count: number } = shared('virtual-activity', () => ({ count: 0 }))
