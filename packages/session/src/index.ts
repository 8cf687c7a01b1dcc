export * from './control-message.ts'
export * from './trigger-sink.ts'
