import { isJsonArray, isJsonObject, type JsonValue, parseRulePath } from '@retake/comparison'
import { RetakeError } from '@retake/core'

/** Steps to one value: names and indexes. */
export type Place = readonly (string | number)[]

/** Any index. */
export const any: unique symbol = Symbol('[*]')
/** Steps to several values. */
export type Places = readonly (string | number | typeof any)[]

/** Reads the path of a difference; `undefined` when it is none (it was cut, or has a name that no rule can have). */
export function placeAt(path: string): Place | undefined {
  try {
    const steps = parseRulePath(path)
    return steps.every((step) => typeof step !== 'symbol') ? steps : undefined
  } catch (error) {
    if (error instanceof RetakeError) return undefined
    throw error
  }
}

/** A place as a rule names it. */
export function placesText(places: Places): string {
  return places
    .map((step, index) => {
      if (step === any) return '[*]'
      if (typeof step === 'number') return `[${step}]`
      if (index === 0) return step
      return /^[\w$-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`
    })
    .join('')
}

/** The same place in any item of the arrays on the way. */
export function inAnyItem(place: Place): Places {
  return place.map((step) => (typeof step === 'number' ? any : step))
}

/** Reads the path of a rule; `undefined` when it names members of any name. */
export function placesAt(rule: string): Places | undefined {
  const steps = parseRulePath(rule).map((step) => (typeof step !== 'symbol' ? step : step.description === '[*]' ? any : undefined))
  return steps.every((step) => step !== undefined) ? steps : undefined
}

/** Every place of a body that the steps lead to, as text. */
export function placesIn(body: JsonValue, places: Places): string[] {
  return valuesAt(body, places).map(([place]) => place)
}

/** Every value of a body that the steps lead to, with its place as text. */
export function valuesAt(body: JsonValue, places: Places): (readonly [place: string, value: JsonValue])[] {
  let reached: (readonly [place: Place, value: JsonValue])[] = [[places.slice(0, 1) as Place, body]]
  for (const step of places.slice(1)) reached = reached.flatMap(([place, value]) => below(place, value, step))
  return reached.map(([place, value]) => [placesText(place), value] as const)
}

function below(place: Place, value: JsonValue, step: Places[number]): (readonly [Place, JsonValue])[] {
  if (isJsonArray(value)) {
    if (step === any) return value.map((item, index) => [[...place, index], item] as const)
    const item = typeof step === 'number' ? value[step] : undefined
    return item === undefined ? [] : [[[...place, step as number], item]]
  }
  const member = isJsonObject(value) && typeof step === 'string' ? value.get(step) : undefined
  return member === undefined ? [] : [[[...place, step as string], member]]
}
