export { isPlaceholder } from './placeholder/placeholder.ts'
export { createRedactor } from './redactor.ts'
export type { RedactionRules, Redactor } from './redactor.ts'
export { isTellingName } from './telling-name.ts'
