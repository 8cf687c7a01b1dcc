export * from './install.ts'
export * from './seam.ts'
export { describeError, reviveError } from './transport-errors.ts'
