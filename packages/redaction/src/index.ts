export { isPlaceholder } from './placeholder/placeholder.ts'
export { createRedactor } from './redactor.ts'
export type { RedactionRules, Redactor, RedactorOptions } from './redactor.ts'
export { isTellingName } from './telling-name.ts'
