/** Words that tell a secret by themselves, wherever they stand in a name. */
const tellingWords = new Set(
  (
    'password passwords passwd pass pwd passphrase passcode passkey secret secrets token tokens credential credentials apikey apikeys authtoken accesstoken ' +
    'refreshtoken idtoken sessiontoken privatekey secretkey accesskey clientsecret bearer jwt cvv cvc cvv2 cvc2 pin otp totp mfa sessionid sessid ' +
    'jsessionid phpsessid sid authorization connectionstring pgpassword kennwort passwort'
  ).split(' '),
)

/** Words that tell a secret next to each other. */
const tellingPairs = new Set(
  (
    'api key|private key|access key|secret key|encryption key|signing key|master key|shared key|account key|subscription key|license key|ssh key|' +
    'auth key|session key|deploy key|host key|hmac key|session id|card number|security code|connection string|client secret|auth code|' +
    'authorization code|verification code|code verifier|recovery code|recovery codes|backup code|backup codes|aws key|pass phrase|pass word|proxy auth|x auth'
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
  'accesstoken',
  'authtoken',
  'refreshtoken',
]

/** A last word that makes the name speak about a secret instead of naming it: `token_type`, `password_changed_at`. */
const harmlessEnds = new Set(
  (
    'type types count counts limit limits expires expiry expiration expired at ttl length size enabled disabled required url uri endpoint path field ' +
    'policy strength used remaining usage algorithm alg issuer format version status state valid scheme method mode hint label description name prefix ' +
    'age lifetime timeout seconds minutes days in reset link attempts verified updated created changed'
  ).split(' '),
)

/** A first word that does so: `has_password`, `max_tokens`. */
const harmlessBeginnings = new Set(
  'has is max min total num number requires require allow allows show hide prompt completion input output cached reasoning used'.split(' '),
)

/** Every telling name has one of these in it: a text without them, and without escapes, needs no closer look. */
export const tellingStems: readonly string[] =
  'pass pwd secret token credential key bearer jwt cvv cvc pin otp mfa sess sid auth connection card code kennwort identified'.split(' ')

/** All words and groups of words that tell a secret, for the test that holds them and the stems together. */
export const everyTellingName: readonly string[] = [...tellingWords, ...tellingPairs, ...tellingEnds]

/** The words of a name: `accessToken`, `ACCESS_TOKEN`, `access-token` and `user[access.token]` have the same. */
export function wordsOf(name: string): string[] {
  return name
    .slice(0, 256)
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
}

/** Whether a field of this name holds a secret. */
export function isTellingName(name: string): boolean {
  const words = wordsOf(name)
  const last = words.at(-1)
  if (last === undefined) return false
  if (words.length > 1 && (harmlessEnds.has(last) || harmlessBeginnings.has(words[0] as string))) return false
  return words.some(
    (word, index) =>
      tellingWords.has(word) ||
      tellingEnds.some((end) => word.endsWith(end)) ||
      (index > 0 && tellingPairs.has(`${words[index - 1]} ${word}`)),
  )
}

/** Values that are no secret under any name. */
export function isTrivial(value: string): boolean {
  return value === '' || /^(?:true|false|null|undefined|none|bearer|basic|\[redacted\]|\*+)$/i.test(value)
}
