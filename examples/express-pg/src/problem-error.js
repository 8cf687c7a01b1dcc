/** An error that the client is told about, in the form of RFC 9457. */
export class ProblemError extends Error {
  constructor(status, title, detail) {
    super(detail)
    this.status = status
    this.title = title
  }
}
