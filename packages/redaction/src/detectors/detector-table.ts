import type { Detector } from '../span.ts'
import { assignments } from './assignment.ts'
import { bearer } from './bearer.ts'
import { connectionString } from './connection-string.ts'
import { jsonWebToken } from './json-web-token.ts'
import { keyShapes } from './key-shapes.ts'
import { paymentCard } from './payment-card.ts'
import { privateKey } from './private-key.ts'
import { sqlInsert } from './sql-insert.ts'

/** Secrets that are known by their looks, whatever surrounds them; also looked for in bytes that are no text. */
export const shapeDetectors: readonly Detector[] = [privateKey, jsonWebToken, keyShapes, bearer, connectionString, paymentCard]

/** Secrets that a name tells, in text. */
export const nameDetectors: readonly Detector[] = [sqlInsert, assignments]
