import { parse, parseExpression, type ParserOptions } from '@babel/parser'
import type { Expression, File, ObjectExpression } from '@babel/types'

/** The object that a configuration file exports, and where it stands in the text. */
export interface ConfigObject {
  readonly object: ObjectExpression
  /** Characters before the text that was parsed: none but for JSON, see below. */
  readonly isJson: boolean
}

/** How files are read: TypeScript with whatever a bundler would accept. */
const options: ParserOptions = { sourceType: 'unambiguous', plugins: ['typescript'], errorRecovery: false }

/**
 * Finds the object of the configuration: `export default {…}`, `export default defineConfig({…})`, `module.exports = {…}`, a
 * constant that one of these names; in a JSON file the whole.
 * @returns `undefined` where it is made in another way: then nobody can tell where a rule belongs.
 */
export function configObject(text: string, fileName: string): ConfigObject | undefined {
  if (fileName.endsWith('.json')) {
    const value = parseExpression(text)
    return value.type === 'ObjectExpression' ? { object: value, isJson: true } : undefined
  }
  const file = parse(text, options)
  const object = exported(file)
  return object === undefined ? undefined : { object, isJson: false }
}

function exported(file: File): ObjectExpression | undefined {
  for (const statement of file.program.body) {
    if (statement.type === 'ExportDefaultDeclaration') return objectIn(statement.declaration as Expression, file)
    if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'AssignmentExpression') continue
    const { left, right } = statement.expression
    if (text(left) === 'module.exports') return objectIn(right, file)
  }
  return undefined
}

function text(node: { readonly type: string }): string {
  const member = node as {
    readonly type: string
    readonly object?: { readonly name?: string }
    readonly property?: { readonly name?: string }
  }
  return member.type === 'MemberExpression' ? `${member.object?.name}.${member.property?.name}` : ''
}

/** Follows a type assertion, the argument of a function such as `defineConfig`, and a constant of the file. */
function objectIn(node: Expression, file: File): ObjectExpression | undefined {
  switch (node.type) {
    case 'ObjectExpression':
      return node
    case 'TSSatisfiesExpression':
    case 'TSAsExpression':
    case 'ParenthesizedExpression':
      return objectIn(node.expression, file)
    case 'CallExpression':
      return node.arguments.length === 1 ? objectIn(node.arguments[0] as Expression, file) : undefined
    case 'Identifier': {
      const name = node.name
      const declarations = file.program.body.flatMap((statement) =>
        statement.type === 'VariableDeclaration' ? statement.declarations : [],
      )
      const found = declarations.find(({ id }) => id.type === 'Identifier' && id.name === name)?.init
      return found === null || found === undefined || found.type === 'Identifier' ? undefined : objectIn(found, file)
    }
    default:
      return undefined
  }
}
