import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { statementText } from '../../../src/postgres/sql/statement-text.ts'
import { sqlTokens } from '../../../src/postgres/sql/tokens.ts'

const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

describe('the text of a statement', () => {
  it('loses the comments of tracers, and no others', () => {
    const clean = (sql: string): string => statementText(sql).sql
    expect(clean(`SELECT 1 /*traceparent='${parent}'*/`)).toBe('SELECT 1')
    expect(clean(`SELECT 1 /*action='%2Fa',db_driver='pg%3A8.1',traceparent='${parent}',tracestate='a%3D1'*/;`)).toBe('SELECT 1;')
    expect(clean(`/*dddbs='shop',ddps='api',traceparent='${parent}'*/ SELECT 1`)).toBe('SELECT 1')
    expect(clean('/*+ IndexScan(a) */ SELECT 1')).toBe('/*+ IndexScan(a) */ SELECT 1')
    expect(clean('SELECT 1 /* why */')).toBe('SELECT 1 /* why */')
    expect(clean(`SELECT '/*a=''b''*/' /*c='d'*/ , 2`)).toBe(`SELECT '/*a=''b''*/' /*c='d'*/ , 2`)
    expect(clean(`SELECT $$ /*a='b'*/`)).toBe(`SELECT $$ /*a='b'*/`)
  })

  it('knows the bookkeeping of tracers', () => {
    expect(statementText(`SET application_name = '${parent}'`).tracing).toBe(true)
    expect(statementText(`SET application_name TO 'shop ${parent}';`).tracing).toBe(true)
    expect(statementText("SET application_name = 'shop'").tracing).toBe(false)
    expect(statementText(`SELECT '${parent}'`).tracing).toBe(false)
  })

  it('knows channels', () => {
    expect(statementText('LISTEN News; LISTEN "Other ""One"""').listens).toEqual(['news', 'Other "One"'])
    expect(statementText('UNLISTEN *').unlistens).toEqual(['*'])
    expect(statementText("SELECT 'LISTEN x'").listens).toEqual([])
  })

  it('knows copies from the client', () => {
    expect(statementText('copy t (a, b) from stdin with (format csv)').copiesIn).toBe(true)
    expect(statementText("COPY t FROM 'stdin.txt'").copiesIn).toBe(false)
    expect(statementText('BEGIN; COPY t FROM STDIN').copiesIn).toBe(false)
  })

  it('has a shape without the contents of its literals', () => {
    const shape = (sql: string): string => statementText(sql).shape
    expect(shape("SELECT 'a', E'b\\'c', $x$ d $x$, 1 FROM t")).toBe("SELECT '', '', '', 1 FROM t")
    expect(shape("ALTER ROLE a PASSWORD 'secret'")).not.toContain('secret')
  })

  it('is canonical however it is broken into lines', () => {
    const canonical = (sql: string): string => statementText(sql).canonical
    expect(canonical('SELECT a,\n       b\n  FROM t\n WHERE c = $1')).toBe(canonical('SELECT a, b FROM t WHERE c = $1'))
    expect(canonical("SELECT 'a  b'")).not.toBe(canonical("SELECT 'a b'"))
    expect(canonical('SELECT $$a  b$$')).not.toBe(canonical('SELECT $$a b$$'))
    expect(canonical('SELECT "a  b"')).not.toBe(canonical('SELECT "a b"'))
    expect(canonical('SELECT 1 -- one\n , 2')).not.toBe(canonical('SELECT 1 -- one , 2'))
    expect(canonical("SELECT 'a'\n'b'")).not.toBe(canonical("SELECT 'a' 'b'"))
    expect(canonical('SELECT a')).not.toBe(canonical('SELECTa'))
  })
  it('is canonical without the numbers of savepoints', () => {
    const canonical = (sql: string): string => statementText(sql).canonical
    expect(canonical('SAVEPOINT trx7;')).toBe(canonical('SAVEPOINT trx12;'))
    expect(canonical('ROLLBACK TO SAVEPOINT "3f2504e0-4f89-11d3-9a0c-0305e82c3301-sp-1"')).toBe(
      canonical('ROLLBACK TO SAVEPOINT "6ecd8c99-4036-403d-bf84-cf8400f67836-sp-2"'),
    )
    expect(canonical('SAVEPOINT before_payment')).not.toBe(canonical('SAVEPOINT after_payment'))
    expect(canonical('SELECT 1')).toBe('SELECT 1')
  })

  it('has a label of one line', () => {
    expect(statementText('SELECT\n  1').label).toBe('SELECT 1')
    const columns = Array.from({ length: 60 }, (_, index) => `column_${index}`).join(', ')
    expect(statementText(`SELECT ${columns} FROM orders WHERE id = $1`).label).toBe('SELECT … FROM orders WHERE id = $1')
    expect(statementText(`INSERT INTO orders (${columns}) VALUES (1)`).label).toHaveLength(120)
  })

  it('accepts anything', () => {
    const piece = fc.constantFrom(
      "'",
      '"',
      '$$',
      '$a$',
      '/*',
      '*/',
      '--',
      '\n',
      '\\',
      ';',
      '(',
      ')',
      'E',
      'select',
      'copy',
      'listen',
      'with',
      '$1',
      '1.5e',
      ' ',
      ',',
      '.',
      ':',
      '=',
      'ä',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 5 })), { maxLength: 40 }), (pieces) => {
        const sql = pieces.join('')
        const tokens = sqlTokens(sql)
        // In order, without overlap, and nothing lost but white space.
        let at = 0
        for (const { start, end } of tokens) {
          expect(sql.slice(at, start).trim()).toBe('')
          expect(end).toBeGreaterThan(start)
          at = end
        }
        expect(sql.slice(at).trim()).toBe('')
        const text = statementText(sql)
        expect(statementText(text.sql).sql).toBe(text.sql)
      }),
      { numRuns: 2000 },
    )
  })
})
