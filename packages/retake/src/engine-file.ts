/** File of the engine for a mode; `undefined` where there is nothing to do. A mode that is none is left to the engine to refuse. */
export function engineFile(mode: string | undefined): string | undefined {
  if (mode === undefined || mode === '' || mode === 'off') return undefined
  return mode === 'replay' ? './engine-replay.js' : './engine-record.js'
}
