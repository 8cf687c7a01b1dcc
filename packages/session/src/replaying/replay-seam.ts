import type { Interaction } from '@retake/core'
import { unpackSeamValue } from '../seam-value.ts'
import type { DeliveryOrder } from './delivery.ts'

/**
 * Gives the recorded outcome of a call through `seam()`: at once where the function answered synchronously, as a promise
 * settled in its turn otherwise.
 *
 * @param isOrdered The outcome was a delivery of its own when the take was recorded.
 */
export function replaySeam(interaction: Interaction, order: DeliveryOrder, isOrdered: boolean): unknown {
  const { outcome } = interaction
  if (!isOrdered) return settle(outcome)
  return new Promise((resolve, reject) => {
    order.expect(interaction.id, 0, () => {
      try {
        resolve(settle(outcome))
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    })
  })
}

function settle(outcome: Interaction['outcome']): unknown {
  if (outcome.kind === 'value') return outcome.value instanceof Uint8Array ? unpackSeamValue(outcome.value) : outcome.value
  if (outcome.kind === 'thrown') throw revived(outcome.error)
  throw new TypeError(`a seam has no outcome of kind ${outcome.kind}`)
}

/** An error equal to the recorded one; its class is Error's, under the recorded name. */
function revived(error: Extract<Interaction['outcome'], { kind: 'thrown' }>['error']): unknown {
  if (error.name === '#value') return error.message
  const revived = new Error(error.message)
  if (error.name !== undefined && error.name !== 'Error') Object.defineProperty(revived, 'name', { value: error.name, configurable: true })
  return Object.assign(revived, error.extra)
}
