import type { ArrayExpression, ObjectExpression, ObjectProperty } from '@babel/types'
import { configObject } from './config-syntax.ts'
import type { ProposedRule } from './propose-rules.ts'

/** The text around which rules are added, and how it is written. */
interface Source {
  readonly text: string
  readonly isJson: boolean
}

type Container = ObjectExpression | ArrayExpression

/**
 * Adds a rule to the text of a configuration, with a comment of why and when. Everything else stays as it is, to the
 * character; a rule that is there already is not added again.
 * @returns `undefined` where the file is not written in a way in which the place of a rule can be told.
 */
export function withRule(text: string, fileName: string, rule: ProposedRule, comment: string): string | undefined {
  const config = configObject(text, fileName)
  if (config === undefined) return undefined
  const source: Source = { text, isJson: config.isJson }
  const takes = memberOf(config.object, 'takes')
  if (takes === 'elsewhere') return undefined
  if (takes === undefined) return added(config.object, source, `${key('takes', source)}: ${takesText(rule, comment, source)}`)
  if (takes.type !== 'ObjectExpression') return undefined
  const take = memberOf(takes, rule.take)
  if (take === 'elsewhere') return undefined
  if (take === undefined) return added(takes, source, `${key(rule.take, source)}: ${takeText(rule, comment, source)}`)
  if (take.type !== 'ObjectExpression') return undefined
  const rules = memberOf(take, rule.kind)
  if (rules === 'elsewhere') return undefined
  if (rules === undefined) return added(take, source, `${key(rule.kind, source)}: ${rulesText(rule, comment, source)}`)
  if (rules.type !== (rule.kind === 'patterns' ? 'ObjectExpression' : 'ArrayExpression')) return undefined
  if (has(rules, rule.path)) return text
  return added(rules, source, entry(rule, source), comment)
}

/** A file for rules where there is no configuration: plain, so that it needs nothing to be found from where it lies. */
export const emptyConfig = "/** @type {import('retake/config').RetakeConfig} */\nexport default {}\n"

function memberOf(object: ObjectExpression, name: string): Container | 'elsewhere' | undefined {
  for (const property of object.properties) {
    if (property.type === 'SpreadElement') continue
    if (nameOf(property) !== name) continue
    const value = property.type === 'ObjectProperty' ? property.value : undefined
    return value?.type === 'ObjectExpression' || value?.type === 'ArrayExpression' ? value : 'elsewhere'
  }
  return undefined
}

function nameOf({ key: name }: Pick<ObjectProperty, 'key'>): string | undefined {
  if (name.type === 'Identifier') return name.name
  return name.type === 'StringLiteral' ? name.value : undefined
}

function has(rules: Container, path: string): boolean {
  return rules.type === 'ArrayExpression'
    ? rules.elements.some((element) => element?.type === 'StringLiteral' && element.value === path)
    : rules.properties.some((property) => property.type !== 'SpreadElement' && nameOf(property) === path)
}

/** Adds a member at the end, on a line of its own, indented as its neighbours are. */
function added(container: Container, { text, isJson }: Source, member: string, comment?: string): string {
  const members = container.type === 'ObjectExpression' ? container.properties : container.elements
  const last = members.at(-1)
  const outer = indentAt(text, container.start ?? 0)
  const first = members[0]
  const isOwnLine = first !== undefined && first !== null && text.slice(container.start ?? 0, first.start ?? 0).includes('\n')
  const inner = isOwnLine ? indentAt(text, first.start ?? 0) : outer + (outer.includes('\t') ? '\t' : '  ')
  const lines = [...(comment === undefined ? [] : [`// ${comment}`]), member].flatMap((part) => part.split('\n'))
  const block = reindented(lines, inner)
  const trailing = isJson ? '' : ','
  const close = (container.end ?? 0) - 1
  if (last === undefined || last === null) return `${text.slice(0, close).trimEnd()}\n${block}${trailing}\n${outer}${text.slice(close)}`
  const after = afterMember(text, last.end ?? 0, close)
  const before = text.slice(0, last.end ?? 0) + (after.comma ? '' : ',') + text.slice(last.end ?? 0, after.end)
  const rest = text.slice(after.end, close)
  const end = rest.includes('\n') ? rest : `\n${outer}`
  return `${before}\n${block}${trailing}${end}${text.slice(close)}`
}

/** The end of a member with its comma, and with a comment that stands behind it in the same line. */
function afterMember(text: string, end: number, close: number): { readonly end: number; readonly comma: boolean } {
  const [whole = '', comma = ''] = /^(\s*,)?[ \t]*(?:\/\/[^\n]*|\/\*[^\n]*?\*\/)?/.exec(text.slice(end, close)) ?? []
  return { end: end + whole.trimEnd().length, comma: comma !== '' }
}

/** Lines were written with two spaces for each level below the first; a file with tabs gets tabs. */
function reindented(lines: readonly string[], indent: string): string {
  const levels = (spaces: string): string => (indent.includes('\t') ? '\t'.repeat(spaces.length / 2) : spaces)
  return lines.map((line) => indent + line.replace(/^ +/, levels)).join('\n')
}

function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
  return /^[ \t]*/.exec(line)?.[0] ?? ''
}

function takesText(rule: ProposedRule, comment: string, source: Source): string {
  return block('{}', [`${key(rule.take, source)}: ${takeText(rule, comment, source)}`], source)
}

function takeText(rule: ProposedRule, comment: string, source: Source): string {
  return block('{}', [`${key(rule.kind, source)}: ${rulesText(rule, comment, source)}`], source)
}

function rulesText(rule: ProposedRule, comment: string, source: Source): string {
  return block(rule.kind === 'patterns' ? '{}' : '[]', [`// ${comment}`, entry(rule, source)], source)
}

function block(brackets: '{}' | '[]', parts: readonly string[], { isJson }: Source): string {
  const lines = parts.flatMap((part) => part.split('\n')).map((line) => `  ${line}`)
  return `${brackets[0]}\n${lines.join('\n')}${isJson ? '' : ','}\n${brackets[1]}`
}

function entry({ kind, path, pattern }: ProposedRule, source: Source): string {
  return kind === 'patterns' ? `${quoted(path, source)}: ${quoted(pattern ?? '', source)}` : quoted(path, source)
}

function key(name: string, source: Source): string {
  return !source.isJson && /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name, source)
}

function quoted(text: string, { isJson }: Source): string {
  const json = JSON.stringify(text)
  return isJson ? json : `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}
