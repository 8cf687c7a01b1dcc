import type { HttpRequest, HttpResponse, Trigger } from '@retake/core'
import { Malformed } from '../encoding/malformed.ts'
import type { RecordReader } from './record-reader.ts'
import type { RecordWriter } from './record-writer.ts'

/** Kinds of triggers in the order of their numbers. Append only. */
export const triggerKinds = ['http', 'test', 'process', 'background'] as const
const processKinds = ['server', 'script'] as const
const testOutcomes = ['passed', 'failed'] as const

export function writeTrigger(record: RecordWriter, trigger: Trigger): void {
  const { out } = record
  switch (trigger.kind) {
    case 'http':
      out.array(3)
      out.number(0)
      writeRequest(record, trigger.request)
      if (trigger.response === undefined) out.nil()
      else writeResponse(record, trigger.response)
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
  const more = record.in.tuple(3)
  const kind = record.choice(triggerKinds)
  let trigger: Trigger
  if (kind === 'http') {
    trigger = { kind, request: readRequest(record), response: record.in.nil() ? undefined : readResponse(record) }
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
  record.out.array(7)
  record.text(request.method)
  record.text(request.target)
  record.text(request.httpVersion)
  record.texts(request.rawHeaders)
  record.bytes(request.body)
  record.optionalTexts(request.rawTrailers)
  record.optionalBoolean(request.secure)
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
  record.in.skip(more)
  return { ...request, ...(rawTrailers === undefined ? {} : { rawTrailers }), ...(secure === undefined ? {} : { secure }) }
}

function writeResponse(record: RecordWriter, response: HttpResponse): void {
  const { out } = record
  out.array(8)
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
  record.in.skip(more)
  return {
    ...response,
    ...(rawTrailers === undefined ? {} : { rawTrailers }),
    ...(informational === undefined ? {} : { informational }),
    ...(aborted === undefined ? {} : { aborted }),
  }
}

function readInformational(record: RecordReader): { status: number; rawHeaders: string[] } {
  if (record.in.array() !== 2) throw new Malformed('an informational answer is a status and headers')
  return { status: record.in.number(), rawHeaders: record.texts() }
}
