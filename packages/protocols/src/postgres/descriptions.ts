import type { Buffer } from 'node:buffer'
import type { FieldValue, Interaction } from '@retake/core'
import type { VirtualServerHost } from '../protocol.ts'
import {
  backend,
  bindComplete,
  closeComplete,
  namelessColumns,
  noData,
  parameterDescription,
  parseComplete,
  readParameterTypes,
  readRow,
  withFormats,
} from './backend-messages.ts'
import { visitWhole } from './codec.ts'
import { facts } from './facts.ts'
import type { BoundPortal, PreparedStatement } from './prepared.ts'
import { sqlTokens } from './sql/tokens.ts'

/** What a client asked for beside the execution of a statement. */
export type Asked =
  | { readonly kind: 'parse'; readonly statement: PreparedStatement }
  | { readonly kind: 'bind'; readonly statement: PreparedStatement; readonly portal: BoundPortal }
  | { readonly kind: 'describe'; readonly statement: PreparedStatement; readonly portal: BoundPortal | undefined }
  | { readonly kind: 'close' }

/** What is known of a statement from the recording. */
interface Description {
  /** ParameterDescription. */
  readonly parameters: Uint8Array | undefined
  /** RowDescription; `null` for NoData, `undefined` when nothing is known. */
  readonly columns: Uint8Array | null | undefined
}

/** Type text: what a parameter is when nothing was said of it. */
const textType = 25

/** Acknowledges and describes statements, from the facts of the target or from the interaction that answers them. */
export class Descriptions {
  readonly #host: VirtualServerHost

  constructor(host: VirtualServerHost) {
    this.#host = host
  }

  /** Whether a statement can be described without an interaction. */
  knows(statement: PreparedStatement): boolean {
    return this.#fact(statement).columns !== undefined
  }

  /** Whether preparing it for an execution was refused at least once. */
  mayFail(statement: PreparedStatement): boolean {
    return this.#host.connectionFact(facts.undescribed(statement.key)) === true
  }

  /**
   * The answers to what was asked along with the execution that `interaction` answers. Where the recorded statement failed
   * before it ran, what comes after that stage was not answered.
   */
  answers(asked: readonly Asked[], owner?: PreparedStatement, interaction?: Interaction): Buffer[] {
    const meta = interaction === undefined ? undefined : metaOf(interaction)
    const stage = meta?.['stage']
    const answers: Buffer[] = []
    for (const item of asked) {
      if (item.kind === 'close') answers.push(closeComplete)
      else if (item.statement === owner && stage !== undefined && !isBefore(item, stage)) continue
      else if (item.kind === 'parse') answers.push(parseComplete)
      else if (item.kind === 'bind') answers.push(bindComplete)
      else answers.push(...this.#description(item, item.statement === owner ? interaction : undefined))
    }
    return answers
  }

  /** The acknowledgements alone, for a statement that nothing describes. */
  acknowledgements(asked: readonly Asked[]): Buffer[] {
    return this.answers(asked.filter(({ kind }) => kind !== 'describe'))
  }

  #description({ statement, portal }: Asked & { readonly kind: 'describe' }, interaction: Interaction | undefined): Buffer[] {
    const fact = this.#fact(statement)
    const own = interaction === undefined ? undefined : columnsOf(metaOf(interaction)?.['columns'])
    const columns = own === undefined ? fact.columns : own
    const formats = portal?.resultFormats ?? []
    const rows =
      columns === null
        ? noData
        : columns !== undefined
          ? withFormats(columns, formats)
          : interaction === undefined
            ? noData
            : columnsFromRows(interaction, formats)
    return portal === undefined ? [parameterDescription(parameterTypes(statement, fact.parameters)), rows] : [rows]
  }

  #fact(statement: PreparedStatement): Description {
    const exact = this.#factNamed(facts.statement(statement.key))
    if (exact?.columns !== undefined) return exact
    const portal = this.#factNamed(facts.portal(statement.key))
    if (portal?.columns !== undefined) return portal
    // The recorded client gave other types, or none: another driver.
    const other = this.#factNamed(facts.statement(statement.untypedKey)) ?? this.#factNamed(facts.portal(statement.untypedKey))
    return { parameters: undefined, columns: other?.columns }
  }

  #factNamed(name: string): Description | undefined {
    const fact = this.#host.connectionFact(name)
    if (typeof fact !== 'object' || fact === null || Array.isArray(fact) || fact instanceof Uint8Array) return undefined
    const { parameters, columns } = fact as { readonly [name: string]: FieldValue }
    return { parameters: parameters instanceof Uint8Array ? parameters : undefined, columns: columnsOf(columns) }
  }
}

/** What the conversation kept beside the bytes of an answer. */
export function metaOf(interaction: Interaction): { readonly [name: string]: FieldValue } | undefined {
  return interaction.outcome.kind === 'stream' ? interaction.outcome.meta : undefined
}

const stages: readonly string[] = ['parse', 'bind', 'describe', 'execute']

/** Whether something was answered before the stage at which the statement failed. */
function isBefore(asked: Asked, stage: FieldValue): boolean {
  // A driver may describe the statement before it binds; PostgreSQL then fails the later one.
  return (
    stages.indexOf(asked.kind) < stages.findIndex((name) => name === stage) ||
    (stage === 'bind' && asked.kind === 'describe' && asked.portal === undefined)
  )
}

function columnsOf(columns: FieldValue | undefined): Uint8Array | null | undefined {
  return columns instanceof Uint8Array || columns === null ? columns : undefined
}

function parameterTypes(statement: PreparedStatement, known: Uint8Array | undefined): readonly number[] {
  if (known !== undefined) return readParameterTypes(known)
  let count = statement.types.length
  for (const { kind, text } of sqlTokens(statement.sql)) if (kind === 'parameter') count = Math.max(count, Number(text.slice(1)))
  return Array.from({ length: Math.min(count, 0xffff) }, (_, index) => statement.types[index] || textType)
}

/** No one described this statement when it was recorded: as many columns as its first row has. */
function columnsFromRows(interaction: Interaction, formats: readonly number[]): Buffer {
  if (interaction.outcome.kind !== 'stream') return noData
  let count: number | undefined
  for (const { bytes } of interaction.outcome.chunks) {
    visitWhole(bytes, (message) => {
      if (message.type === backend.dataRow) count ??= readRow(message.bytes)?.length
    })
    if (count !== undefined) break
  }
  return count === undefined ? noData : namelessColumns(count, formats)
}
