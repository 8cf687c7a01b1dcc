export * from './install.ts'
export * from './seam.ts'
export { type OwnRequest, ownRequestOn } from './own-requests.ts'
export { describeError, reviveError } from './transport-errors.ts'
