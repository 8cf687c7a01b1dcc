/** The keys of one issuer. */
export interface KeyShape {
  readonly issuer: string
  /** How keys may begin. It stays: it names the issuer, and is no secret. Two characters at least. */
  readonly beginnings: readonly string[]
  /** A pattern of what else stays, behind the beginning. */
  readonly kept: string
  /**
   * A pattern of the secret part. Every repetition has an upper bound. A placeholder must match it, too: letters and digits stay what they are, but
   * only of 16 hexadecimal digits and more, in one case, it is hexadecimal again.
   */
  readonly secret: string
}

const row = (issuer: string, beginnings: string, secret: string, kept = ''): KeyShape => ({
  issuer,
  beginnings: beginnings.split(' '),
  secret,
  kept,
})

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

/**
 * Keys of well-known issuers, by the forms that their documentation gives. A test makes samples of every expression of a maintained rule
 * set, secretlint's, and holds them against this table (`test/rule-set.ts`).
 * Issuers whose keys have no form of their own (32 hexadecimal digits, say) are not here: a name tells them.
 */
export const keyShapeTable: readonly KeyShape[] = [
  row('1password', 'A3-', '[A-Z0-9]{6}-[A-Z0-9]{6}-?[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}'),
  row('1password', 'ops_', '[A-Za-z0-9+/]{100,2048}={0,3}', 'eyJ'),
  row('adobe', 'p8e-', '[A-Za-z0-9]{32}'),
  row('age', 'AGE-SECRET-KEY-1', '[0-9A-Z]{58}'),
  row('airtable', 'pat', '[a-f0-9]{64}', '[A-Za-z0-9]{14}\\.'),
  row('alibaba', 'LTAI', '[A-Za-z0-9]{20}'),
  row('anthropic', 'sk-ant-', '[\\w-]{20,255}', '[a-z]{2,8}\\d\\d-'),
  row('artifactory', 'AKCp', '[A-Za-z0-9]{69}'),
  row('artifactory', 'cmVmd', '[A-Za-z0-9]{59}'),
  row('atlassian', 'ATATT3 ATCTT3', '[\\w=-]{100,255}'),
  row('aws', 'AKIA ASIA ABIA ACCA', '[A-Z0-9]{16}(?![A-Za-z0-9])'),
  row('aws', 'A3T', '[A-Z0-9]{17}(?![A-Za-z0-9])'),
  row('aws', 'ABSK', '[A-Za-z0-9+/]{100,300}={0,2}'),
  row('axiom', 'xaat- xapt-', uuid),
  row('bitbucket', 'ATBB', '[A-Za-z0-9]{32}'),
  row('bitwarden', '0.', '[A-Za-z0-9]{30}:[A-Za-z0-9+/]{20,64}={0,2}', '[0-9a-f-]{36}\\.'),
  row('buildkite', 'bkua_', '[a-f0-9]{40}'),
  row('circleci', 'CCIPAT_ CCIPRJ_', '[A-Za-z0-9]{22}_[a-z0-9]{40}'),
  row('clickhouse', '4b1d', '[A-Za-z0-9]{38}'),
  row('clickup', 'pk_', '[A-Z0-9]{32}', '\\d{3,12}_'),
  row('clojars', 'CLOJARS_', '[a-z0-9]{60}'),
  row('cloudflare', 'v1.0-', '[a-f0-9]{24}-[a-f0-9]{146}'),
  row('cloudflare', 'cfk_ cfut_ cfat_', '[A-Za-z0-9]{48}'),
  row('contentful', 'CFPAT-', '[\\w-]{43}'),
  row('crates', 'cio', '[A-Za-z0-9]{32}(?![A-Za-z0-9])'),
  row('databricks', 'dapi', '[a-zA-Z0-9]{32}'),
  row('defined-networking', 'dnkey-', '[\\w=-]{26}-[\\w=-]{52}'),
  row('digitalocean', 'doo_v1_ dop_v1_ dor_v1_ dot_v1_', '[a-f0-9]{64}'),
  row('discord', 'MT Mj Mz ND NT Nj Nz OD OT', '[\\w-]{27,38}', '[A-Za-z\\d]{22,24}\\.[\\w-]{6}\\.'),
  row('discord', 'discord.com/api/webhooks/ discordapp.com/api/webhooks/', '\\d{17,20}/[\\w-]{60,80}'),
  row('docker', 'dckr_pat_ dckr_oat_', '[\\w-]{27,40}'),
  row('doppler', 'dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.', '[A-Za-z0-9.]{40,64}'),
  row('dropbox', 'sl.', '[\\w=-]{130,255}'),
  row('duffel', 'duffel_test_ duffel_live_', '[\\w=-]{43}'),
  row('dynatrace', 'dt0', '[A-Za-z0-9]{24}\\.[A-Za-z0-9]{64}', '[a-z]\\d\\d\\.'),
  row('easypost', 'EZAK EZTK', '[A-Za-z0-9]{54}'),
  row('elevenlabs', 'sk_', '[a-f0-9]{48}'),
  row('facebook', 'EAA', '[A-Za-z0-9]{80,300}', '[A-Z]'),
  row('figma', 'figd_ figo_ figu_', '[\\w-]{40,64}'),
  row('firebase', 'AAAA', '[\\w-]{140}', '[\\w-]{7}:'),
  row('flutterwave', 'FLWSECK- FLWSECK_TEST-', '[a-z0-9]{12,32}'),
  row('fly', 'fo1_ fm1a_ fm1r_ fm2_', '[\\w+/-]{43,1024}={0,3}'),
  row('frameio', 'fio-u-', '[\\w=-]{64}'),
  row('github', 'ghs_', '[\\w-]{1,1000}\\.[\\w-]{1,10000}\\.[\\w-]{1,1000}', '\\d{1,20}_'),
  row('github', 'ghp_ gho_ ghu_ ghs_ ghr_', '[A-Za-z0-9_]{36,255}'),
  row('github', 'github_pat_', '[A-Za-z0-9_]{22,255}'),
  row('gitlab', 'glpat- gldt- glrt- glcbt- glptt- glft- glsoat- gloas- glimt- glagent- glffct-', '[\\w.-]{20,255}'),
  row('gitlab', 'GR1348941', '[\\w-]{20}'),
  row('google', 'AIza', '[\\w-]{35}'),
  row('google', 'ya29.', '[\\w-]{20,1024}'),
  row('google', 'GOCSPX-', '[\\w-]{20,64}'),
  row('google', '1//0', '[\\w-]{40,200}'),
  row('grafana', 'glsa_ glc_', '[\\w=+/]{32,400}'),
  row('groq', 'gsk_', '[A-Za-z0-9]{48,64}'),
  row('harness', 'pat. sat.', '[A-Za-z0-9]{20}', '[\\w-]{22}\\.[A-Za-z0-9]{24}\\.'),
  row('heroku', 'HRKU-', '[\\w-]{36,64}'),
  row('honeycomb', 'hcaik_ hcamk_ hcalk_', '[a-z0-9]{40,70}'),
  row('hubspot', 'pat-', uuid, '[a-z]{2}\\d-'),
  row('huggingface', 'hf_', '[A-Za-z0-9]{30,64}'),
  row('huggingface', 'api_org_', '[A-Za-z0-9]{34}'),
  row('infracost', 'ico-', '[A-Za-z0-9]{32}'),
  row('intercom', 'dG9rO', '[A-Za-z0-9+/]{50,60}={0,2}'),
  row('intra42', 's-s4t2ud- s-s4t2af-', '[a-f0-9]{64}'),
  row('klaviyo', 'pk_', '[a-f0-9]{34}'),
  row('langsmith', 'lsv2_pt_ lsv2_sk_', '[a-z0-9]{32}_[a-z0-9]{10}'),
  row('launchdarkly', 'sdk-', uuid),
  row('linear', 'lin_api_ lin_oauth_ lin_wh_', '[A-Za-z0-9_]{32,128}'),
  row('mailersend', 'mlsn.', '[a-f0-9]{64}'),
  row('mailgun', 'key- pubkey-', '[0-9a-f]{32}'),
  row('mapbox', 'sk.eyJ', '[\\w-]{20,200}\\.[\\w-]{20,40}'),
  row('neon', 'napi_', '[a-z0-9]{60,70}'),
  row('netlify', 'nfp_ nfc_ nfo_ nfu_ nfb_', '[A-Za-z0-9]{36,40}'),
  row('new-relic', 'NRJS- NRII- NRAK- NRRA- NRSP- NRAA-', '[A-Za-z0-9-]{19,40}'),
  row('notion', 'ntn_ secret_', '[A-Za-z0-9]{40,64}'),
  // Without digits and capitals it is a variable of npm's: `npm_package_dependencies_…`.
  row('npm', 'npm_', '(?=\\w{0,35}\\d)(?=\\w{0,35}[A-Z])\\w{36}(?!\\w)'),
  row('nuget', 'oy2', '[a-z0-9]{43}'),
  row('octopus', 'API-', '[A-Z0-9]{26}'),
  row('openrouter', 'sk-or-v1-', '[a-f0-9]{64}'),
  row('openai', 'sk-', '[\\w-]{20,255}'),
  row('openshift', 'sha256~', '[\\w-]{43}'),
  row('paypal', 'access_token$production$ access_token$sandbox$', '[0-9a-z]{16}\\$[0-9a-z]{32}'),
  row('perplexity', 'pplx-', '[A-Za-z0-9]{48}'),
  row('pinecone', 'pcsk_', '[\\w]{60,80}'),
  row('plaid', 'access-sandbox- access-development- access-production-', uuid),
  row('planetscale', 'pscale_tkn_ pscale_oauth_ pscale_pw_', '[\\w=.-]{32,64}'),
  row('posthog', 'phx_', '[A-Za-z0-9]{40,60}'),
  row('postman', 'PMAK- PMAT-', '[A-Za-z0-9]{24}(?:-[A-Za-z0-9]{34})?'),
  row('prefect', 'pnu_ pnb_', '[A-Za-z0-9]{36}'),
  row('pulumi', 'pul-', '[a-f0-9]{40}'),
  row('pypi', 'pypi-', '[\\w-]{50,1024}'),
  row('readme', 'rdme_', '[a-z0-9]{70}'),
  row('render', 'rnd_', '[A-Za-z0-9]{28,40}'),
  row('replicate', 'r8_', '[A-Za-z0-9]{37,40}'),
  row('resend', 're_', '[A-Za-z0-9]{8}_[A-Za-z0-9]{20,40}'),
  row('rubygems', 'rubygems_', '[a-f0-9]{48}'),
  row('scalingo', 'tk-us-', '[\\w-]{48}'),
  row('sendgrid', 'SG.', '[\\w-]{16,64}\\.[\\w-]{16,64}'),
  row('sendinblue', 'xkeysib- xsmtpsib-', '[a-z0-9]{64}-[A-Za-z0-9]{16}'),
  row('sentry', 'sntrys_ sntryu_', '[\\w=+/]{30,400}'),
  row('settlemint', 'sm_aat_ sm_pat_ sm_sat_', '[A-Za-z0-9]{16}'),
  row('shippo', 'shippo_live_ shippo_test_', '[a-zA-Z0-9]{40}'),
  row('shopify', 'shpat_ shpca_ shppa_ shpss_ shpua_', '[A-Za-z0-9]{32,64}'),
  row('slack', 'xoxa- xoxb- xoxe- xoxo- xoxp- xoxr- xoxs- xoxe.xoxb- xoxe.xoxp-', '[A-Za-z0-9-]{10,255}'),
  row('slack', 'xapp-', '[A-Za-z0-9-]{10,255}'),
  row('slack', 'hooks.slack.com/services/ hooks.slack.com/workflows/ hooks.slack.com/triggers/', '[A-Za-z0-9/]{20,120}'),
  row('snyk', 'snyk_uat. snyk_sat.', '[\\w.-]{40,200}'),
  row('sonar', 'sqa_ sqb_ sqp_ squ_', '[a-f0-9]{40}'),
  row('square', 'sq0atp- sq0csp- sq0idp-', '[\\w-]{22,64}'),
  row('square', 'EAAA', '[\\w-]{60}'),
  row('stripe', 'sk_live_ sk_test_ sk_prod_ rk_live_ rk_test_ rk_prod_', '[A-Za-z0-9]{10,255}'),
  row('stripe', 'whsec_', '[A-Za-z0-9+/]{16,255}'),
  row('supabase', 'sbp_', '[a-f0-9]{40}'),
  row('supabase', 'sb_secret_', '[\\w-]{30,64}'),
  row('tailscale', 'tskey-', '[\\w-]{16,110}', '[a-z]{2,20}-'),
  row('together', 'tgp_v1_', '[\\w-]{43}'),
  row('twilio', 'SK', '[0-9a-f]{32}'),
  row('typeform', 'tfp_', '[\\w.=-]{59}'),
  row('vault', 'hvs. hvb. hvr.', '[\\w-]{24,255}'),
  row('vercel', 'vcp_ vci_ vca_ vcr_ vck_', '[A-Za-z0-9]{20,60}(?![A-Za-z0-9_])'),
  row('xai', 'xai-', '[A-Za-z0-9]{70,90}'),
  row('xata', 'xau_', '[A-Za-z0-9]{32,64}'),
  row('yandex', 'AQVN', '[\\w-]{35,38}'),
  row('yandex', 'YC', '[A-Za-z0-9_-]{36}', '[\\w-]{2}'),
  row('zapier', 'hooks.zapier.com/hooks/catch/', '\\d{4,12}/[a-z0-9]{6,12}'),
]

/** Keys that do not begin with anything of their own: found by a mark in them, which stays. */
export interface MarkedShape {
  readonly issuer: string
  readonly mark: string
  /** A pattern of what stands before the mark and is secret. Nothing where it is empty. */
  readonly before: string
  /** A pattern of what stands behind it and is secret. */
  readonly after: string
  /** A pattern of what else stands before all of it, and stays. */
  readonly left?: string
  /** A pattern of what else stands behind all of it, and stays. */
  readonly right?: string
}

export const markedShapeTable: readonly MarkedShape[] = [
  { issuer: 'azure', mark: 'Q~', before: '[\\w~.]{3}\\d', after: '[\\w~.-]{31,34}' },
  { issuer: 'azure', mark: 'AZDO', before: '[A-Za-z0-9]{76}', after: '[A-Za-z0-9]{4}', right: '(?![A-Za-z0-9])' },
  { issuer: 'azure', mark: '+ASt', before: '[A-Za-z0-9+/]{76}', after: '[A-Za-z0-9+/]{6}', right: '==' },
  { issuer: 'azure', mark: 'ACDb', before: '[A-Za-z0-9+/]{76}', after: '[A-Za-z0-9+/]{6}', right: '==' },
  { issuer: 'azure', mark: 'AzFu', before: '[\\w/+-]{44}', after: '[\\w/+-]{6}', right: '==' },
  { issuer: 'azure', mark: 'AzSe', before: '[A-Za-z0-9]{42}', after: '[A-Za-z0-9]{6}', right: '(?![A-Za-z0-9])' },
  { issuer: 'hashicorp', mark: '.atlasv1.', before: '[A-Za-z0-9]{14}', after: '[\\w=-]{60,70}' },
  { issuer: 'mailchimp', mark: '-us', before: '[a-f0-9]{32}', after: '', right: '\\d{1,2}(?!\\d)' },
  { issuer: 'maxmind', mark: '_mmk', before: '[A-Za-z0-9]{6}_[A-Za-z0-9]{29}', after: '' },
  {
    issuer: 'microsoft',
    mark: '/IncomingWebhook/',
    before: '[\\w-]{36}@[\\w-]{36}',
    after: '[\\w-]{32}/[\\w-]{36}',
    left: '(?<=/webhookb2/)',
  },
  { issuer: 'new-relic', mark: 'FFFFNRAL', before: '[0-9a-f]{36}', after: '' },
  { issuer: 'telegram', mark: ':AA', before: '', after: '[\\w-]{33}', left: '(?<!\\d)\\d{8,10}' },
]

/** Hashes of passwords, which a dictionary opens. Salt and digest go; scheme and cost stay. */
export const passwordHashTable: readonly KeyShape[] = [
  row('bcrypt', '$2a$ $2b$ $2x$ $2y$', '[./A-Za-z0-9]{53}', '\\d\\d\\$'),
  row(
    'argon2',
    '$argon2',
    '[A-Za-z0-9+/]{8,128}\\$[A-Za-z0-9+/]{16,256}',
    '(?:id|i|d)\\$(?:v=\\d{1,3}\\$)?m=\\d{1,9},t=\\d{1,6},p=\\d{1,4}\\$',
  ),
  row('scrypt', '$scrypt$', '[A-Za-z0-9+/]{8,128}\\$[A-Za-z0-9+/]{16,256}', 'ln=\\d{1,2},r=\\d{1,3},p=\\d{1,3}\\$'),
  row('pbkdf2', '$pbkdf2-sha pbkdf2_sha', '[A-Za-z0-9./+=]{4,128}\\$[A-Za-z0-9./+=]{16,256}', '\\d{1,3}\\$\\d{1,9}\\$'),
  row('crypt', '$1$ $5$ $6$', '[./A-Za-z0-9]{2,16}\\$[./A-Za-z0-9]{22,86}', '(?:rounds=\\d{1,9}\\$)?'),
]
