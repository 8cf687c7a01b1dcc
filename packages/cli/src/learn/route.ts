/** Segments of a path that are ids: numbers, UUIDs, long texts with digits in them. */
const id = /^(?:\d+|[0-9a-f-]{32,36}|(?=[\w-]*\d)[\w-]{10,}|[a-z]{2,5}_\w{8,})$/i

/** The path with `:id` in place of what looks like one. */
export function routeOf(path: string): string {
  return path
    .split('/')
    .map((segment) => (id.test(segment) ? ':id' : segment))
    .join('/')
}
