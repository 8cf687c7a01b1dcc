import { type Cassette, openCassette } from '@retake/cassette'
import type { Redactor } from '@retake/redaction'
import { CassetteSecrets } from '../secrets/cassette-secrets.ts'
import type { Settings } from '../settings/settings.ts'
import { TakeLibrary } from './take-library.ts'

/** @throws RetakeError when there is no cassette, it cannot be read, or the key is wrong. */
export function openLibrary(place: string, settings: Settings, mask: Redactor): TakeLibrary {
  return libraryOf(openCassette(place), place, settings, mask)
}

export function libraryOf(cassette: Cassette, place: string, settings: Settings, mask: Redactor): TakeLibrary {
  return new TakeLibrary(cassette, place, {
    secrets: new CassetteSecrets(cassette, settings),
    mask,
    match: settings.match,
  })
}
