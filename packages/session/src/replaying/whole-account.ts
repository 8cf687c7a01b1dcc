import type { AccountedCall, TakeAccount } from '@retake/core'

const lists = ['missed', 'missing', 'borrowed', 'repeated', 'changed'] as const

/**
 * The account of a take with the calls of its parts: what its own process did for requests that it sent to itself.
 * @param parts Their calls lose their ids, which count in takes of their own.
 */
export function wholeAccount(own: TakeAccount, parts: readonly TakeAccount[]): TakeAccount {
  if (parts.length === 0) return own
  const calls: { [list in (typeof lists)[number]]?: AccountedCall[] } = {}
  for (const list of lists) calls[list] = [...own[list], ...parts.flatMap((part) => part[list].map(withoutId))]
  const givenUp = [...(own.givenUp ?? []), ...parts.flatMap((part) => (part.givenUp ?? []).map(withoutId))]
  return {
    ...own,
    ...calls,
    ...(givenUp.length === 0 ? {} : { givenUp }),
    served: parts.reduce((sum, { served }) => sum + served, own.served),
    blocked: [...own.blocked, ...parts.flatMap(({ blocked }) => blocked)],
  }
}

function withoutId(call: AccountedCall): AccountedCall {
  const copy: { -readonly [name in keyof AccountedCall]: AccountedCall[name] } = { ...call }
  delete copy.interaction
  return copy
}
