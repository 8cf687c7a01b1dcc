/** Whether `METHOD target` contains the text, without regard to case. Everything passes where there is no text. */
export function matchesFilter(take: { readonly method?: string; readonly target?: string }, filter: string | undefined): boolean {
  return filter === undefined || `${take.method ?? ''} ${take.target ?? ''}`.toLowerCase().includes(filter.toLowerCase())
}
