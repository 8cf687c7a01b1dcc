import type { HttpRequest, HttpReset, HttpResponse, Trigger } from '@retake/core'
import { Malformed } from '../encoding/malformed.ts'
import type { RecordReader } from './record-reader.ts'
import type { RecordWriter } from './record-writer.ts'

/** Kinds of triggers in the order of their numbers. Append only. */
export const triggerKinds = ['http', 'test', 'process', 'background'] as const
const processKinds = ['server', 'script'] as const
const resetters = ['client', 'server'] as const
const testOutcomes = ['passed', 'failed'] as const

export function writeTrigger(record: RecordWriter, trigger: Trigger): void {
  const { out } = record
  switch (trigger.kind) {
    case 'http':
      out.array(trigger.sentBy === undefined ? 3 : 5)
      out.number(0)
      record.repeated(trigger.request, writeRequest)
      if (trigger.response === undefined) out.nil()
      else record.repeated(trigger.response, writeResponse)
      if (trigger.sentBy !== undefined) {
        record.text(trigger.sentBy.take)
        out.number(trigger.sentBy.number)
      }
      return
    case 'test':
      out.array(3)
      out.number(1)
      record.text(trigger.name)
      record.optionalNumber(trigger.outcome === undefined ? undefined : testOutcomes.indexOf(trigger.outcome))
      return
    case 'process':
      out.array(3)
      out.number(2)
      out.number(processKinds.indexOf(trigger.process))
      record.optionalNumber(trigger.exitCode)
      return
    case 'background':
      out.array(3)
      out.number(3)
      record.text(trigger.name)
      record.optionalNumber(trigger.interval)
      return
    default:
      throw new TypeError(`a trigger of kind ${String((trigger as { kind: unknown }).kind)} cannot be stored`)
  }
}

export function readTrigger(record: RecordReader): Trigger {
  let more = record.in.tuple(3)
  const kind = record.choice(triggerKinds)
  let trigger: Trigger
  if (kind === 'http') {
    trigger = { kind, request: readRequest(record), response: record.in.nil() ? undefined : readResponse(record) }
    if (more >= 2) {
      more -= 2
      trigger = { ...trigger, sentBy: { take: record.text(), number: record.in.count() } }
    }
  } else if (kind === 'test') {
    const name = record.text()
    trigger = record.in.nil() ? { kind, name } : { kind, name, outcome: record.choice(testOutcomes) }
  } else if (kind === 'background') {
    const name = record.text()
    const interval = record.optionalNumber()
    trigger = interval === undefined ? { kind, name } : { kind, name, interval }
  } else {
    const process = record.choice(processKinds)
    const exitCode = record.optionalNumber()
    trigger = exitCode === undefined ? { kind, process } : { kind, process, exitCode }
  }
  record.in.skip(more)
  return trigger
}

function writeRequest(record: RecordWriter, request: HttpRequest): void {
  const isOfHttp2 = request.sensitive !== undefined || request.acceptsPush !== undefined
  record.out.array(isOfHttp2 ? 9 : 7)
  record.text(request.method)
  record.text(request.target)
  record.text(request.httpVersion)
  record.texts(request.rawHeaders)
  record.bytes(request.body)
  record.optionalTexts(request.rawTrailers)
  record.optionalBoolean(request.secure)
  if (!isOfHttp2) return
  record.optionalTexts(request.sensitive)
  record.optionalBoolean(request.acceptsPush)
}

function readRequest(record: RecordReader): HttpRequest {
  const more = record.in.tuple(7)
  const request = {
    method: record.text(),
    target: record.text(),
    httpVersion: record.text(),
    rawHeaders: record.texts(),
    body: record.bytes(),
  }
  const rawTrailers = record.optionalTexts()
  const secure = record.optionalBoolean()
  const sensitive = more > 0 ? record.optionalTexts() : undefined
  const acceptsPush = more > 1 ? record.optionalBoolean() : undefined
  record.in.skip(Math.max(0, more - 2))
  return {
    ...request,
    ...(rawTrailers === undefined ? {} : { rawTrailers }),
    ...(secure === undefined ? {} : { secure }),
    ...(sensitive === undefined ? {} : { sensitive }),
    ...(acceptsPush === undefined ? {} : { acceptsPush }),
  }
}

function writeResponse(record: RecordWriter, response: HttpResponse): void {
  const { out } = record
  const isOfHttp2 = response.reset !== undefined || response.sensitive !== undefined || response.pushed !== undefined
  out.array(isOfHttp2 ? 11 : 8)
  out.number(response.status)
  record.text(response.reason)
  record.text(response.httpVersion)
  record.texts(response.rawHeaders)
  record.bytes(response.body)
  record.optionalTexts(response.rawTrailers)
  if (response.informational === undefined) out.nil()
  else {
    out.array(response.informational.length)
    for (const { status, rawHeaders } of response.informational) {
      out.array(2)
      out.number(status)
      record.texts(rawHeaders)
    }
  }
  record.optionalBoolean(response.aborted)
  if (isOfHttp2) writeHttp2(record, response)
}

function writeHttp2(record: RecordWriter, { reset, sensitive, pushed }: HttpResponse): void {
  const { out } = record
  if (reset === undefined) out.nil()
  else {
    out.array(2)
    out.number(reset.code)
    out.number(resetters.indexOf(reset.by))
  }
  record.optionalTexts(sensitive)
  if (pushed === undefined) out.nil()
  else {
    out.array(pushed.length)
    for (const { target, rawHeaders } of pushed) {
      out.array(2)
      record.text(target)
      record.texts(rawHeaders)
    }
  }
}

function readResponse(record: RecordReader): HttpResponse {
  const more = record.in.tuple(8)
  const response = {
    status: record.in.number(),
    reason: record.text(),
    httpVersion: record.text(),
    rawHeaders: record.texts(),
    body: record.bytes(),
  }
  const rawTrailers = record.optionalTexts()
  const informational = record.in.nil() ? undefined : Array.from({ length: record.in.array() }, () => readInformational(record))
  const aborted = record.optionalBoolean()
  const ofHttp2 = more >= 3 ? readHttp2(record) : {}
  record.in.skip(more >= 3 ? more - 3 : more)
  return {
    ...response,
    ...(rawTrailers === undefined ? {} : { rawTrailers }),
    ...(informational === undefined ? {} : { informational }),
    ...(aborted === undefined ? {} : { aborted }),
    ...ofHttp2,
  }
}

function readHttp2(record: RecordReader): Pick<HttpResponse, 'reset' | 'sensitive' | 'pushed'> {
  const reset = record.in.nil() ? undefined : readReset(record)
  const sensitive = record.optionalTexts()
  const pushed = record.in.nil() ? undefined : Array.from({ length: record.in.array() }, () => readPushed(record))
  return {
    ...(reset === undefined ? {} : { reset }),
    ...(sensitive === undefined ? {} : { sensitive }),
    ...(pushed === undefined ? {} : { pushed }),
  }
}

function readReset(record: RecordReader): HttpReset {
  if (record.in.array() !== 2) throw new Malformed('a reset is a code and who did it')
  return { code: record.in.number(), by: record.choice(resetters) }
}

function readPushed(record: RecordReader): { target: string; rawHeaders: string[] } {
  if (record.in.array() !== 2) throw new Malformed('a pushed response is a target and headers')
  return { target: record.text(), rawHeaders: record.texts() }
}

function readInformational(record: RecordReader): { status: number; rawHeaders: string[] } {
  if (record.in.array() !== 2) throw new Malformed('an informational answer is a status and headers')
  return { status: record.in.number(), rawHeaders: record.texts() }
}
