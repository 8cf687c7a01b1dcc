/** Changes of the example app that nobody outside can notice: to flag one is a false alarm. */
export const harmless = [
  change('another-pool-size', 'src/database.js', 'max: 4', 'max: 2'),
  change('pool-of-one', 'src/database.js', 'max: 4', 'max: 1'),
  change('larger-pool', 'src/database.js', 'max: 4', 'max: 20'),
  change(
    'logging',
    'src/orders.js',
    '    const lines = []\n',
    "    const lines = []\n    console.log('placing', items.length, 'items for', email)\n",
  ),
  change(
    'logging-with-time',
    'src/checkout.js',
    '    const payment = await',
    '    const startedAt = Date.now()\n    console.log(`paying since ${new Date(startedAt).toISOString()}`)\n    const payment = await',
  ),
  change('random-for-a-log', 'src/orders.js', '    const lines = []\n', '    const lines = []\n    console.log(Math.random())\n'),
  change(
    'id-for-a-log',
    'src/reports.js',
    '  const days = new Map()\n',
    '  const days = new Map()\n  console.log(`report ${crypto.randomUUID()}`)\n',
  ),
  change(
    'stopwatch',
    'src/reports.js',
    '  const days = new Map()\n',
    "  const days = new Map()\n  const startedAt = performance.now()\n  setImmediate(() => console.log('took', performance.now() - startedAt))\n",
  ),
  change(
    'renamed-variable',
    'src/orders.js',
    'const totalCents = lines.reduce((sum, line) => sum + line.cents * line.quantity, 0)',
    'const totalCents = lines.reduce((total, { cents, quantity }) => total + cents * quantity, 0)',
  ),
  change(
    'loop-for-map',
    'src/reports.js',
    "const lines = rows.map(({ sku, name, quantity, cents }) => [sku, quoted(name), quantity, (cents / 100).toFixed(2)].join(','))",
    "const lines = []\n  for (const { sku, name, quantity, cents } of rows) lines.push([sku, quoted(name), quantity, (cents / 100).toFixed(2)].join(','))",
  ),
  change(
    'template-for-join',
    'src/cursor.js',
    "return Buffer.from(JSON.stringify(place)).toString('base64url')",
    "const text = JSON.stringify(place)\n  return Buffer.from(text, 'utf8').toString('base64url')",
  ),
  change(
    'members-in-another-order',
    'src/checkout.js',
    "return { id, status: 'paid', paymentId: payment.id, paidAt: new Date() }",
    "return { paidAt: new Date(), paymentId: payment.id, status: 'paid', id }",
  ),
  change(
    'calls-in-another-order',
    'src/api.js',
    "      database.query('SELECT count(*)::int AS count FROM orders'),\n      database.query('SELECT coalesce(sum(total_cents), 0)::int AS cents FROM orders'),\n      database.query('SELECT sku FROM products WHERE stock < 10 ORDER BY sku'),\n      pricing.rates(),\n    ])",
    "      database.query('SELECT count(*)::int AS count FROM orders'),\n      database.query('SELECT coalesce(sum(total_cents), 0)::int AS cents FROM orders'),\n      ...(await (async () => {\n        const rates = pricing.rates()\n        return Promise.all([database.query('SELECT sku FROM products WHERE stock < 10 ORDER BY sku'), rates])\n      })()),\n    ])",
  ),
  change(
    'one-after-the-other',
    'src/orders.js',
    "  const [orders, lines] = await Promise.all([\n    database.query('SELECT id, status, placed_at, total_cents FROM orders WHERE id = $1 AND email = $2', [id, email]),\n    database.query('SELECT sku, name, quantity, cents FROM order_lines JOIN products USING (sku) WHERE order_id = $1 ORDER BY sku', [id]),\n  ])",
    "  const orders = await database.query('SELECT id, status, placed_at, total_cents FROM orders WHERE id = $1 AND email = $2', [id, email])\n  const lines = await database.query('SELECT sku, name, quantity, cents FROM order_lines JOIN products USING (sku) WHERE order_id = $1 ORDER BY sku', [id])",
  ),
  change(
    'memo-of-a-formatter',
    'src/money.js',
    "  return new Intl.NumberFormat('de-DE', { style: 'currency', currency: 'EUR' }).format(cents / 100)",
    "  formatter ??= new Intl.NumberFormat('de-DE', { style: 'currency', currency: 'EUR' })\n  return formatter.format(cents / 100)",
    'let formatter\n',
  ),
  change('async-in-between', 'src/orders.js', '  const last = items.at(-1)\n', '  const last = items.at(-1)\n  await null\n'),
  change(
    'timer-in-between',
    'src/reports.js',
    '  const days = new Map()\n',
    '  await new Promise((resolve) => setTimeout(resolve, 5))\n  const days = new Map()\n',
  ),
  change('shorter-jitter', 'src/pricing.js', 'Math.random() * 40', 'Math.random() * 10'),
  change('more-attempts', 'src/pricing.js', 'const attempts = 4', 'const attempts = 9'),
  change('request-as-object', 'src/pricing.js', 'await fetch(new URL(path, baseUrl))', 'await fetch(new Request(new URL(path, baseUrl)))'),
  change(
    'headers-as-object',
    'src/payments.js',
    "headers: { 'content-type': 'application/json', 'idempotency-key': key }",
    "headers: new Headers([['Idempotency-Key', key], ['Content-Type', 'application/json']])",
  ),
  change(
    'body-in-another-order',
    'src/payments.js',
    "JSON.stringify({ reference: orderId, cents, currency: 'EUR', capture: true })",
    "JSON.stringify({ capture: true, currency: 'EUR', cents, reference: orderId })",
  ),
  change(
    'sql-in-lines',
    'src/checkout.js',
    "'SELECT status, total_cents FROM orders WHERE id = $1 AND email = $2 FOR UPDATE'",
    '`SELECT status, total_cents\n       FROM orders\n      WHERE id = $1 AND email = $2\n        FOR UPDATE`',
  ),
  change(
    'named-statement',
    'src/orders.js',
    "database.query('SELECT count(*)::int AS total FROM orders WHERE email = $1', [email])",
    "database.query({ name: 'count-orders', text: 'SELECT count(*)::int AS total FROM orders WHERE email = $1', values: [email] })",
  ),
  change('connection-kept', 'src/database.js', 'max: 4 }', 'max: 4, keepAlive: true, idleTimeoutMillis: 60_000 }'),
  change(
    'middleware-in-front',
    'src/api.js',
    '  api.use(express.json())\n',
    "  api.use((_request, response, next) => {\n    response.on('finish', () => console.log(response.statusCode))\n    next()\n  })\n  api.use(express.json())\n",
  ),
]

/** @param top Put at the beginning of the file, too. */
function change(id, file, find, replace, top = '') {
  return { id, file, find, replace, top }
}
