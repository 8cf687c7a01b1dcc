const snowflakeEpochs: readonly number[] = [1_288_834_974_657, 1_420_070_400_000]

/**
 * The moments at which a number may have been made, were it a snowflake of X or of Discord. Whether it is one only the
 * clocks of the runs can tell.
 */
export function snowflakeTimes(source: string): readonly number[] {
  if (!/^\d{17,19}$/.test(source)) return []
  const ms = Number(BigInt(source) >> 22n)
  return snowflakeEpochs.map((epoch) => ms + epoch)
}
