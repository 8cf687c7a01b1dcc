/** Code of an error that Retake raises. */
export type RetakeErrorCode =
  | 'RETAKE_MISS'
  | 'RETAKE_NETWORK_BLOCKED'
  | 'RETAKE_CASSETTE_MISSING'
  | 'RETAKE_CASSETTE_CORRUPT'
  | 'RETAKE_CASSETTE_VERSION'
  | 'RETAKE_CASSETTE_FOREIGN'
  | 'RETAKE_CASSETTE_UNWRITABLE'
  | 'RETAKE_CONFIG_INVALID'
  | 'RETAKE_MODE_INVALID'
  | 'RETAKE_APP_EXITED'
  | 'RETAKE_APP_NOT_LISTENING'
  | 'RETAKE_APP_CRASHED'
  | 'RETAKE_PROTOCOL_UNKNOWN'
  | 'RETAKE_PROTOCOL_VIOLATION'
  | 'RETAKE_RECORDER_FAILED'
  | 'RETAKE_MEMORY_FULL'
  | 'RETAKE_REDACTION_FAILED'
  | 'RETAKE_HOOK_FAILED'
  | 'RETAKE_SEAM_UNSERIALIZABLE'
  | 'RETAKE_CALLS_DIFFER'
  | 'RETAKE_KEY_WRONG'
  | 'RETAKE_KEY_WEAK'
  | 'RETAKE_TAKE_UNKNOWN'
  | 'RETAKE_USAGE'

/** What an error means, and what to do about it in general. */
export interface ErrorEntry {
  readonly title: string
  readonly remedy: string
}

/**
 * Every error that Retake raises: what it means and what to do. docs/errors.md has a section for each code; a test holds
 * table and page together.
 */
export const errorTable: { readonly [code in RetakeErrorCode]: ErrorEntry } = {
  RETAKE_MISS: {
    title: 'No recorded interaction answers this call.',
    remedy: 'Record again, or compare the call with the nearest recorded one named in the message.',
  },
  RETAKE_NETWORK_BLOCKED: {
    title: 'A connection was refused because replay lets no packet leave the process.',
    remedy: 'Record the call, or list the target under `passthrough` in the configuration.',
  },
  RETAKE_CASSETTE_MISSING: {
    title: 'There is no cassette to replay.',
    remedy: 'Record one first: retake record -- node app.js; or name the right place (--cassette, RETAKE_CASSETTE).',
  },
  RETAKE_CASSETTE_CORRUPT: {
    title: 'The cassette is damaged.',
    remedy: 'Restore the file from version control, or record it again.',
  },
  RETAKE_CASSETTE_VERSION: {
    title: 'The cassette was written by a newer release in a format that this one does not know.',
    remedy: 'Update retake.',
  },
  RETAKE_CASSETTE_FOREIGN: {
    title: 'The file is not a cassette.',
    remedy: 'Point RETAKE_CASSETTE at a file or directory that Retake wrote.',
  },
  RETAKE_CASSETTE_UNWRITABLE: {
    title: 'The cassette cannot be written.',
    remedy: 'Check that the directory exists, that it may be written, and that the disk has room.',
  },
  RETAKE_CONFIG_INVALID: {
    title: 'The configuration is wrong.',
    remedy: 'Correct the key that the message names.',
  },
  RETAKE_MODE_INVALID: {
    title: 'RETAKE_MODE has a value that is not a mode.',
    remedy: 'Use record, replay or off.',
  },
  RETAKE_APP_EXITED: {
    title: 'The app ended before it listened on a port.',
    remedy: 'Run the command by itself and look at its output.',
  },
  RETAKE_APP_NOT_LISTENING: {
    title: 'The app did not listen on a port in time.',
    remedy: 'Raise `startTimeoutMs`, or check that the command starts a server.',
  },
  RETAKE_APP_CRASHED: {
    title: 'The app ended while takes were being replayed.',
    remedy: 'Look at the output of the app; the take that was running is named.',
  },
  RETAKE_PROTOCOL_UNKNOWN: {
    title: 'A connection speaks a protocol that Retake has no codec for.',
    remedy: 'It is replayed only for the same bytes in the same order; use seam() to cover it by hand.',
  },
  RETAKE_PROTOCOL_VIOLATION: {
    title: 'The bytes on a connection do not follow its protocol.',
    remedy: 'Please report it with the cassette; the message names the place.',
  },
  RETAKE_RECORDER_FAILED: {
    title: 'The recording worker stopped; what it had written so far is kept.',
    remedy: 'The message has the cause; the app itself was not touched.',
  },
  RETAKE_REDACTION_FAILED: {
    title: 'A take could not be looked through for secrets, and was not written.',
    remedy: 'Please report it with the shape of the data; other takes are recorded as usual.',
  },
  RETAKE_HOOK_FAILED: {
    title: 'A hook of the configuration threw, or gave back something else than an interaction.',
    remedy: 'Correct `beforeSave` or `beforeReplay`; what it failed for was not written, or not replayed.',
  },
  RETAKE_MEMORY_FULL: {
    title: 'A take did not fit the memory for recording, and was left out as a whole.',
    remedy: 'Raise `memoryMiB`, or record fewer requests at once with `sample`.',
  },
  RETAKE_SEAM_UNSERIALIZABLE: {
    title: 'A value that passed through seam() cannot be stored.',
    remedy: 'Return plain data, or give seam() a codec.',
  },
  RETAKE_CALLS_DIFFER: {
    title: 'The calls that a test made are not the recorded ones.',
    remedy: 'Record the cassette again if the change is wanted, or see which call went missing.',
  },
  RETAKE_KEY_WRONG: {
    title: 'RETAKE_KEY does not open the sealed secrets of the cassette.',
    remedy: 'Use the key that the cassette was recorded with, or unset RETAKE_KEY to replay with placeholders.',
  },
  RETAKE_KEY_WEAK: {
    title: 'RETAKE_KEY is too short to protect anything.',
    remedy: 'Take a long random one, such as the output of `openssl rand -base64 32`, and keep it where you keep other secrets.',
  },
  RETAKE_TAKE_UNKNOWN: {
    title: 'No take has this id, and none matches the request.',
    remedy: 'List the takes with `retake list`.',
  },
  RETAKE_USAGE: {
    title: 'The command line is wrong.',
    remedy: 'See `retake --help`.',
  },
}
