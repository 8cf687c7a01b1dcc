import fc from 'fast-check'

/**
 * Property tests draw the same cases in every run, so that a red run means the same as yesterday's. `FAST_CHECK_SEED=random`
 * looks for new ones (a finding names its seed), `FAST_CHECK_SEED=<integer>` repeats one.
 */
const wanted = process.env.FAST_CHECK_SEED ?? '20261122'
if (wanted !== 'random') {
  const seed = Number(wanted)
  if (!Number.isInteger(seed)) throw new TypeError(`FAST_CHECK_SEED is '${wanted}'; it is an integer, or 'random'`)
  fc.configureGlobal({ seed })
}
