export * from './seam.ts'
