/**
 * Words that tell a secret by themselves, wherever they stand in a name. Other languages' words are those that their
 * programmers write into field names; marks above letters are taken off before they are compared.
 */
const tellingWords = words(`
  password passwords passwd passwds pass pwd pwds psw pswd passw passphrase passphrases passcode passcodes passkey passkeys
  secret secrets token tokens credential credentials creds cred apikey apikeys apitoken apisecret authtoken authkey accesstoken
  refreshtoken idtoken sessiontoken csrftoken xsrftoken bearer jwt jws jwe privatekey secretkey accesskey signingkey encryptionkey
  clientsecret sharedsecret webhooksecret cvv cvc cvv2 cvc2 cvn pin pins otp totp hotp mfa tfa sessionid sessid jsessionid phpsessid
  aspsessionid sid authorization connectionstring connstr pgpassword mnemonic seedphrase cookie cookies keypass storepass htpasswd
  kennwort kennworter passwort passworter geheimnis geheim contrasena contrasenas contrasenya clave senha segredo motdepasse mdp
  wachtwoord wachtwoorden haslo heslo parola parool salasana losenord adgangskode passord jelszo sifre lozinka geslo
  пароль пароля секрет токен 密码 口令 密碼 パスワード 暗証番号 비밀번호 암호
`)

/** Words that tell a secret next to each other. */
const tellingPairs = new Set(
  (
    'api key|api keys|app key|private key|private keys|access key|access keys|secret key|encryption key|decryption key|signing key|master key|' +
    'shared key|account key|subscription key|license key|licence key|ssh key|auth key|auth code|auth cookie|session key|deploy key|host key|' +
    'hmac key|functions key|ingest key|session id|session ids|sess id|card number|card no|security code|connection string|' +
    'client secret|authorization code|verification code|confirmation code|activation code|invite code|reset code|login code|access code|' +
    'time code|sms code|pin code|code verifier|recovery code|recovery codes|backup code|backup codes|aws key|pass phrase|pass word|' +
    'proxy auth|x auth|basic auth|http auth|magic link|reset link|seed phrase|recovery phrase|mot passe|webhook url|sas url|' +
    'amz signature|goog signature|private pem|key material|kms key|wallet key|admin key'
  ).split('|'),
)

/** Ends of words that were run together: `userpassword`, `myapikey`. */
const tellingEnds = [
  'password',
  'passwd',
  'passphrase',
  'apikey',
  'secret',
  'secretkey',
  'privatekey',
  'accesskey',
  'accesstoken',
  'authtoken',
  'refreshtoken',
  'passwort',
  'kennwort',
  'wachtwoord',
]

/** A last word that makes the name speak about a secret instead of naming it: `token_type`, `password_changed_at`. */
const harmlessEnds = words(`
  type types count counts limit limits expires expiry expiration expired at ttl length size enabled disabled required url uri
  endpoint path field policy strength used remaining usage algorithm alg issuer format version status state valid scheme method
  mode hint label description name names prefix age lifetime timeout seconds minutes days in reset link attempts verified updated
  created changed by on id ids index kind min max consent banner preferences notice owner scope scopes audience budget price cost rate
  estimate bucket second minute hour sec ms
`)

/** Two last words that name a secret although the last one alone would speak about one. */
const tellingIds = words('session sess')
const tellingLinks = words('magic reset webhook sas')

/** A first word that does so: `has_password`, `max_tokens`. */
const harmlessBeginnings = words(
  'has is are was max min total num number requires require allow allows show hide prompt completion input output cached reasoning used can forgot forgotten should need needs',
)

/** Names that other rules would take for telling: the user of a PostgreSQL session. */
const harmlessNames: ReadonlySet<string> = new Set(['session authorization'])

/** A word before `token` that makes it a place in a list, or a handle: `nextPageToken`. */
const harmlessTokens = words('next page previous prev continuation cursor sync skip pagination cancel cancellation resume')

/** A word before `key` and the like that makes it a public one: `public_key`, `cache_key`, `idempotency-key`. */
const harmlessKeys = words(
  'public primary foreign cache partition sort object routing idempotency map row hash composite natural websocket i18n',
)

/** Every telling name has one of these in it: a text without them, and without escapes, needs no closer look. */
export const tellingStems: readonly string[] = [
  ...words(`
    pass pwd psw secret token credential cred key bearer jw cvv cvc cvn pin otp mfa tfa sess sid auth connection connstr card code
    kennwort identified cookie mnemonic seed geheim contrase clave senha segredo mdp wachtwoord haslo heslo parola parool salasana
    losenord adgangskode jelszo sifre lozinka geslo htpasswd phrase magic link webhook sas kms pem sig ticket assertion saml hmac
    curl nonce invit dsn kty salt pepper verifier challenge csrf xsrf licen cert otc appid
  `),
  'contraseñ',
  'hasł',
  'lösenord',
  'şifre',
  'jelszó',
  'парол',
  'секрет',
  'токен',
  '密',
  '口令',
  'パスワード',
  '暗証番号',
  '비밀',
  '암호',
]

/**
 * Words of names whose values are secret only where they look random too: a `code` may be an order's, a `key` a cache's.
 */
const weakWords = words(
  'key keys auth code codes sess session sessions sig signature signatures ticket assertion samlresponse hmac nonce invite invitation magic seed webhook webhooks dsn sas salt pepper verifier challenge csrf xsrf license licence cert otc appid',
)

/** All words and groups of words that tell a secret, for the test that holds them and the stems together. */
export const everyTellingName: readonly string[] = [...tellingWords, ...tellingPairs, ...tellingEnds]
/** The same of those that only random values tell. */
export const everyWeakName: readonly string[] = [...weakWords]

/** The words of a name: `accessToken`, `ACCESS_TOKEN`, `access-token` and `user[access.token]` have the same. */
export function wordsOf(name: string): string[] {
  let plain = name.slice(0, 256)
  // oxlint-disable-next-line no-control-regex -- most names are ASCII
  if (!/^[\x00-\x7f]*$/.test(plain))
    plain = plain
      .normalize('NFD')
      .replaceAll(/[\u0300-\u036f]/g, '')
      .normalize('NFC')
      .replaceAll('ł', 'l')
      .replaceAll('ı', 'i')
  return plain
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

/** Whether a field of this name holds a secret. */
export function isTellingName(name: string): boolean {
  const all = wordsOf(name)
  // `tokens[0]`, `password_2`: a number at the end says nothing.
  while (all.length > 1 && /^\d+$/.test(all.at(-1) as string)) all.pop()
  const last = all.at(-1)
  if (last === undefined || harmlessNames.has(all.join(' '))) return false
  if (all.length > 1 && (harmlessBeginnings.has(all[0] as string) || isAbout(all, last))) return false
  return all.some((given, index) => {
    const word = given.replace(/\d$/, '')
    return (
      (tellingWords.has(word) && !(index > 0 && word.startsWith('token') && harmlessTokens.has(all[index - 1] as string))) ||
      tellingEnds.some((end) => word.endsWith(end)) ||
      (index > 0 && tellingPairs.has(`${all[index - 1]} ${word}`))
    )
  })
}

function isAbout(all: readonly string[], last: string): boolean {
  if (!harmlessEnds.has(last)) return false
  const before = all.at(-2) as string
  if (last === 'id' || last === 'ids') return !tellingIds.has(before)
  if (last === 'url' || last === 'uri' || last === 'link') return !tellingLinks.has(before)
  return true
}

/** Whether a number under this name only counts: the `tokens` of a language model. */
export function isCount(name: string): boolean {
  return /^tokens?$/.test(wordsOf(name).at(-1) ?? '')
}

/** Whether a value of this name is secret where it looks random. */
export function isWeakName(name: string): boolean {
  const all = wordsOf(name)
  const last = all.at(-1)
  return last !== undefined && weakWords.has(last) && !harmlessKeys.has(all.at(-2) ?? '')
}

/** Values that are no secret under any name. */
export function isTrivial(value: string): boolean {
  return (
    value === '' ||
    /^(?:true|false|null|undefined|none|nil|string|number|integer|boolean|object|array|bearer|basic|\[redacted\]|<redacted>|redacted|\*+)$/i.test(
      value,
    )
  )
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ''))
}
