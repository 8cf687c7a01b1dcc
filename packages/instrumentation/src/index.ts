export * from './http/http-triggers.ts'
export * from './http/take-header.ts'
export * from './telemetry/app-telemetry.ts'
export * from './install-carriers.ts'
