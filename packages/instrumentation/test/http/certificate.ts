import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A key and a certificate for localhost, as JSON. */
export function certificate(): string {
  const folder = mkdtempSync(join(tmpdir(), 'retake-cert-'))
  try {
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-keyout',
        join(folder, 'k'),
        '-out',
        join(folder, 'c'),
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
      ],
      { stdio: 'ignore' },
    )
    return JSON.stringify({ key: readFileSync(join(folder, 'k'), 'utf8'), cert: readFileSync(join(folder, 'c'), 'utf8') })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
