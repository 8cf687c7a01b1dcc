import type { PatchRegistry } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { isStandIn, languageStandIn, standIn } from './stand-in.ts'

type Format = (date?: Date | number) => string

/** `Intl.DateTimeFormat` formats the present when no date is given, without asking `Date`. */
export function replaceIntlNow(realm: typeof globalThis, patches: PatchRegistry): void {
  const { prototype } = realm.Intl.DateTimeFormat
  const nativeNow = realm.Date.now
  const formatGetter = Object.getOwnPropertyDescriptor(prototype, 'format')?.get
  if (formatGetter === undefined || isStandIn(formatGetter)) return
  // The native getter returns the same bound function each time; so does ours.
  const drawnFormats = new WeakMap<Format, Format>()
  const getFormat = standIn(formatGetter, function (this: Intl.DateTimeFormat): Format {
    const native = formatGetter.call(this) as Format
    let drawn = drawnFormats.get(native)
    if (drawn === undefined) {
      drawn = languageStandIn(native, (date?: Date | number) => {
        if (date !== undefined) return native(date)
        const scope = drawingScope()
        return native(scope === undefined ? undefined : scope.draws.number('date', nativeNow))
      })
      drawnFormats.set(native, drawn)
    }
    return drawn
  })
  patches.replaceGetter(prototype, 'format', getFormat as (this: unknown) => unknown)

  const nativeToParts = prototype.formatToParts
  patches.replace(
    prototype,
    'formatToParts',
    standIn(nativeToParts, function (this: Intl.DateTimeFormat, date?: Date | number) {
      if (date !== undefined) return nativeToParts.call(this, date)
      const scope = drawingScope()
      return nativeToParts.call(this, scope === undefined ? undefined : scope.draws.number('date', nativeNow))
    }),
  )
}
