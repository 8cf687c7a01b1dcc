/** Content that passed its checksum but does not follow the format. Becomes RETAKE_CASSETTE_CORRUPT where the file is known. */
export class Malformed extends Error {
  override readonly name = 'Malformed'
}
