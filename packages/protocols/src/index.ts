export * from './protocol.ts'
export * from './registry.ts'
