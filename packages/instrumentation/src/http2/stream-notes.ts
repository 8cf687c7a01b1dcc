import { Stamped } from '../stamp.ts'

/** What is remembered of a stream while it lasts. */
export class StreamNotes {
  /** What came of its body before anybody was told of it. */
  readonly early: Uint8Array[] = []
  endedEarly = false
  trailers: readonly string[] = []
  /** Code with which the server ended it. */
  reset: number | undefined
  /** 'finish' is not its end: trailers follow, or the bytes of a file. */
  endsLater = false
}

class NotedStream extends Stamped {
  #notes: StreamNotes
  constructor(stream: object) {
    super(stream)
    this.#notes = new StreamNotes()
  }
  static of(stream: object): StreamNotes {
    if (!(#notes in stream)) new NotedStream(stream)
    return (stream as NotedStream).#notes
  }
}

/** Notes of a stream; made when they are first asked for. */
export function notesOf(stream: object): StreamNotes {
  return NotedStream.of(stream)
}
