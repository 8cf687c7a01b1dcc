export { generic } from './generic/index.ts'
export { recordedResponse, redactRequest, redactResponseMessage } from './http1/recorded-exchange.ts'
export * from './protocol.ts'
export * from './registry.ts'
