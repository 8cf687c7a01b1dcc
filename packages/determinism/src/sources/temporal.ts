import type { PatchRegistry } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { isStandIn, languageStandIn } from './stand-in.ts'

/** What is used of Temporal; it is not in the library types of every supported version. */
interface ZonedDateTime {
  toPlainDateTime(): unknown
  toPlainDate(): unknown
  toPlainTime(): unknown
}
interface TemporalNow {
  instant(): { readonly epochNanoseconds: bigint }
  timeZoneId(): string
  zonedDateTimeISO(zone?: unknown): ZonedDateTime
  plainDateTimeISO(zone?: unknown): unknown
  plainDateISO(zone?: unknown): unknown
  plainTimeISO(zone?: unknown): unknown
}
interface TemporalNamespace {
  readonly Now: TemporalNow
  readonly Instant: new (ns: bigint) => { readonly epochNanoseconds: bigint; toZonedDateTimeISO(zone: unknown): ZonedDateTime }
}

/** `Temporal.Now` reads the clock in ns; each of its functions for itself. */
export function replaceTemporalNow(realm: typeof globalThis, patches: PatchRegistry): void {
  const temporal = (realm as { readonly Temporal?: TemporalNamespace }).Temporal
  if (temporal === undefined || isStandIn(temporal.Now.instant)) return
  const { Now, Instant } = temporal
  const native = { ...pick(Now) }
  const readNs = (): bigint => native.instant().epochNanoseconds
  const replace = (
    name: Exclude<keyof TemporalNow, 'timeZoneId'>,
    drawn: (now: InstanceType<typeof Instant>, zone: unknown) => unknown,
  ): void => {
    const original = native[name] as (zone?: unknown) => unknown
    patches.replace(
      Now,
      name,
      languageStandIn(original, (zone?: unknown) => {
        const scope = drawingScope()
        if (scope === undefined) return original(zone)
        return drawn(new Instant(scope.draws.bigint('temporal', readNs)), zone === undefined ? native.timeZoneId() : zone)
      }),
    )
  }
  replace('instant', (now) => now)
  replace('zonedDateTimeISO', (now, zone) => now.toZonedDateTimeISO(zone))
  replace('plainDateTimeISO', (now, zone) => now.toZonedDateTimeISO(zone).toPlainDateTime())
  replace('plainDateISO', (now, zone) => now.toZonedDateTimeISO(zone).toPlainDate())
  replace('plainTimeISO', (now, zone) => now.toZonedDateTimeISO(zone).toPlainTime())
}

/** The functions of `Temporal.Now` are not enumerable. */
function pick(now: TemporalNow): TemporalNow {
  const { instant, timeZoneId, zonedDateTimeISO, plainDateTimeISO, plainDateISO, plainTimeISO } = now
  return { instant, timeZoneId, zonedDateTimeISO, plainDateTimeISO, plainDateISO, plainTimeISO }
}
