import type { FieldRedactor, Take, Trigger } from '@retake/core'
import { redactRequest, redactResponseMessage } from '@retake/protocols'
import { redactInteraction } from '../call-forms.ts'
import { withCleanSpans } from '../recording/clean-spans.ts'

/** Told after each part of a take was looked through: `request`, `response`, `call 3 GET http://…`, `answer 3 GET …`, `spans`. */
export type PartVisitor = (part: string) => void

/**
 * A take without what a redactor finds in it: the trigger, every call and its answer, spans. Draws stay: their policies
 * are another matter.
 */
export function cleanTake(take: Take, redactor: FieldRedactor, visited: PartVisitor = () => undefined): Take {
  const trigger = cleanTrigger(take.trigger, redactor, visited)
  const interactions = take.interactions.map((interaction) => {
    const clean = redactInteraction(interaction, redactor)
    visited(`call ${interaction.id} ${clean.call.label}`)
    return clean
  })
  const cleaned = withCleanSpans(take, redactor)
  visited('spans')
  return { ...cleaned, trigger, interactions }
}

function cleanTrigger(trigger: Trigger, redactor: FieldRedactor, visited: PartVisitor): Trigger {
  if (trigger.kind === 'process') return trigger
  if (trigger.kind === 'test' || trigger.kind === 'background') {
    const name = redactor.text(trigger.name)
    visited('name')
    return name === trigger.name ? trigger : { ...trigger, name }
  }
  const request = redactRequest(trigger.request, redactor)
  visited('request')
  const response = trigger.response && redactResponseMessage(trigger.response, redactor)
  visited('response')
  return { ...trigger, request, response }
}
