/** Secrets of every known shape. None is real: they are put together here, so that no scanner takes this file for a leak. */
const letters = (length: number): string => 'aB3dE5gH7jK9mN1pQ2sT4vW6yZ8bC0fR'.repeat(10).slice(0, length)
const hex = (length: number): string => '3f9a0c7be1d25486'.repeat(10).slice(0, length)
const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

export const planted: { readonly [issuer: string]: string } = {
  aws: `AKIA${'Z7Q3M9X2K5B8T1W4'}`,
  github: `ghp_${letters(36)}`,
  'github-fine': `github_pat_${letters(60)}`,
  gitlab: `glpat-${letters(20)}`,
  slack: `xoxb-${'123456789012-'}${letters(24)}`,
  stripe: `sk_live_${letters(24)}`,
  'stripe-hook': `whsec_${letters(32)}`,
  google: `AIza${letters(35)}`,
  openai: `sk-proj-${letters(40)}`,
  sendgrid: `SG.${letters(22)}.${letters(43)}`,
  twilio: `SK${hex(32)}`,
  npm: `npm_${letters(36)}`,
  digitalocean: `dop_v1_${hex(64)}`,
  shopify: `shpat_${hex(32)}`,
  huggingface: `hf_${letters(34)}`,
  vault: `hvs.${letters(30)}`,
  databricks: `dapi${hex(32)}`,
  postman: `PMAK-${hex(24)}-${hex(34)}`,
  jwt: `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ sub: '1', role: 'admin', exp: 1_760_000_000, password: 'swordfish' })}.${letters(43)}`,
  bearer: `Bearer ${letters(32)}`,
  basic: `Basic ${Buffer.from('ada:swordfish').toString('base64')}`,
  'postgres-url': 'postgres://app:sw0rdf%40sh@db:5432/shop',
  'redis-url': 'redis://:sw0rdfish@cache:6379',
  card: '5555555555554444',
  'card-spaced': '3782 822463 10005',
  'private-key': `-----BEGIN RSA PRIVATE KEY-----\n${letters(64)}\n${letters(30)}==\n-----END RSA PRIVATE KEY-----`,
  'private-key-cut-off': `-----BEGIN PRIVATE KEY-----\n${letters(64)}`,
}
