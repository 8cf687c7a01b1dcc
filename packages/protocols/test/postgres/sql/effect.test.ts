import { describe, expect, it } from 'vitest'
import { statementText } from '../../../src/postgres/sql/statement-text.ts'

const effects = {
  read: [
    'SELECT 1',
    'select * from orders where id = $1',
    '(SELECT 1) UNION (SELECT 2)',
    'VALUES (1), (2)',
    'TABLE orders',
    'SHOW server_version',
    'EXPLAIN UPDATE orders SET total = 1',
    'EXPLAIN (ANALYZE, VERBOSE) SELECT 1',
    'WITH recent AS (SELECT * FROM orders) SELECT count(*) FROM recent',
    'WITH a (x) AS (SELECT 1), b (y) AS MATERIALIZED (SELECT 2) SELECT * FROM a, b',
    "SELECT lower(name), coalesce(total, 0)::numeric(10, 2), CAST(x AS varchar(10)) FROM orders o WHERE id IN (1, 2) AND name LIKE ANY (ARRAY['a'])",
    'SELECT row_number() OVER (PARTITION BY a ORDER BY b), count(*) FILTER (WHERE c > 1) FROM t GROUP BY ROLLUP (a, b)',
    "SELECT * FROM json_to_recordset('[]') AS x(a int, b text)",
    'SELECT * FROM orders o (a, b) JOIN LATERAL (SELECT 1) l ON (true)',
    'SELECT \'INSERT INTO x\', "update", t.delete FROM t -- delete from t\n',
    'SELECT jsonb_agg(x), st_distance(a, b), pg_get_viewdef(c), to_char(now(), $1) FROM t',
    'SELECT substring(name FROM 1 FOR 3) FROM t',
    'COPY orders TO STDOUT',
    'COPY (SELECT 1) TO STDOUT (FORMAT csv)',
    'SELECT 1; SELECT 2;',
    'SELECT pg_catalog.count(1)',
  ],
  write: [
    'INSERT INTO orders VALUES (1)',
    'UPDATE orders SET total = 1',
    'DELETE FROM orders',
    'MERGE INTO a USING b ON (true) WHEN MATCHED THEN DELETE',
    'CREATE TABLE t (a int)',
    'TRUNCATE orders',
    'CALL do_it()',
    'DO $$ BEGIN NULL; END $$',
    'COPY orders FROM STDIN',
    "COPY orders TO 'orders.txt'",
    'COPY (DELETE FROM orders RETURNING *) TO STDOUT',
    'SELECT * INTO copy FROM orders',
    'SELECT * FROM jobs FOR UPDATE SKIP LOCKED LIMIT 1',
    'SELECT * FROM jobs FOR NO KEY UPDATE',
    "SELECT nextval('seq')",
    'SELECT app.charge($1)',
    'SELECT "charge"($1)',
    'SELECT charge($1) FROM orders',
    "SELECT pg_notify('c', 'x')",
    'WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone',
    'EXPLAIN ANALYZE DELETE FROM orders',
    "NOTIFY c, 'x'",
    'BEGIN; UPDATE orders SET total = 1; COMMIT',
    'REFRESH MATERIALIZED VIEW v',
    'EXECUTE prepared(1)',
  ],
  transaction: [
    'BEGIN',
    'start transaction isolation level serializable',
    'COMMIT',
    'ROLLBACK TO SAVEPOINT a',
    '/* lead */ BEGIN -- trail',
    'SET LOCAL a.b = 1; COMMIT',
  ],
  session: [
    'SET search_path TO app; SHOW search_path',
    'LISTEN c',
    'DISCARD ALL',
    'DEALLOCATE p',
    'DECLARE c CURSOR FOR SELECT 1',
    'FETCH 10 FROM c',
    "SELECT set_config('a.b', 'c', true)",
    'SELECT pg_advisory_xact_lock(1)',
  ],
} as const

for (const [effect, texts] of Object.entries(effects)) {
  describe(`the effect is ${effect}`, () => {
    for (const sql of texts) it(sql, () => expect(statementText(sql).effect).toBe(effect))
  })
}
