import type { MissContext, MissExplanation, NearMiss } from './miss-explanation.ts'
import type { FieldDifference } from './field-difference.ts'
import { escaped, printable, shortened, textNeighbourhood, textOf } from './printable.ts'

const width = 80
/** Longest value shown beside its path; longer texts get a line for each side. */
const longestInline = 28
const mostDifferencesShown = 5

/** The miss in readable form. Everything that comes from a call is escaped and bounded. */
export function missText(facts: Omit<MissExplanation, 'message'>, context: MissContext): string {
  return [
    `Nothing recorded answers ${shortened(escaped(facts.call.label), 200)}`,
    '',
    ...heading(facts, context),
    '',
    ...found(facts),
    '',
    'What to do:',
    ...facts.steps.flatMap((step, index) => wrapped(step, `  ${index + 1}. `, '     ')),
  ].join('\n')
}

function heading(facts: Omit<MissExplanation, 'message'>, context: MissContext): string[] {
  const { protocol, target, effect } = facts.call
  const trigger = context.trigger === undefined ? '' : ` (${shortened(escaped(context.trigger), 100)})`
  return [
    `  call      ${protocol} ${effect} to ${shortened(escaped(target), 100)}`,
    `  take      ${facts.take}${trigger}`,
    `  mode      ${facts.mode}`,
    `  cassette  ${escaped(facts.cassette)}`,
  ]
}

function found(facts: Omit<MissExplanation, 'message'>): string[] {
  const nearest = facts.nearest.flatMap((near, index) => nearLines(near, index, facts))
  switch (facts.situation) {
    case 'target never recorded':
      return [...wrapped(neverRecorded(facts), '', ''), ...(nearest.length === 0 ? [] : ['', 'Nearest recorded call:', ...nearest])]
    case 'nothing near':
      return ['There are recorded calls to this target, but none is like it.']
    case 'used up':
      return [`Recorded ${times(facts.usedUp)} in this take, and the app asks once more:`, ...nearest]
    case 'in another take':
      return ['Nothing like it in this take. Nearest in another take:', ...nearest]
    case 'in main':
      return ['Nothing like it in this take. Nearest outside any request (main):', ...nearest]
    case 'differs':
      return [`Nearest recorded call${facts.nearest.length === 1 ? '' : 's'} of this take:`, ...nearest]
  }
}

function neverRecorded({ call, recordedTargets }: Omit<MissExplanation, 'message'>): string {
  const what = `No ${call.protocol} call to ${shortened(escaped(call.target), 100)} was recorded.`
  if (recordedTargets.length === 0) return `${what} The takes that were searched have no calls at all.`
  const known = recordedTargets.map(({ protocol, target, calls }) => `${shortened(escaped(target), 100)} (${protocol}, ${calls})`)
  return `${what} Recorded were: ${known.join(', ')}.`
}

function nearLines(near: NearMiss, index: number, facts: Omit<MissExplanation, 'message'>): string[] {
  const place = near.where === 'own' ? 'this take' : near.take
  const state = near.abandoned ? ', the app gave up on it' : ''
  const used = near.where === 'own' ? (near.used ? ', used' : ', not used') : ''
  return [
    ...wrapped(`${shortened(escaped(near.label), 160)}`, `  ${index + 1}. `, '     '),
    `     call #${near.interaction} of ${place}${used}${state}`,
    ...(near.same.length === 0 ? [] : wrapped(near.same.map((name) => `same ${name}`).join(', '), '     ', '     ')),
    ...near.differences.slice(0, mostDifferencesShown).flatMap(differenceLines),
    ...near.draws.slice(0, mostDifferencesShown).flatMap((line) => wrapped(escaped(line), '     ', '       ')),
    ...furtherDifferences(near),
    ...exclusionLines(near, facts),
  ]
}

function furtherDifferences({ differences, more }: NearMiss): string[] {
  const left = differences.length - mostDifferencesShown
  return left <= 0 ? [] : [`     and ${left}${more ? ' or more' : ''} further difference${left === 1 && !more ? '' : 's'}`]
}

function exclusionLines(near: NearMiss, { call }: Omit<MissExplanation, 'message'>): string[] {
  if (near.excluded === 'differs') return []
  if (near.excluded === 'not lent') return ['     excluded: strict, a take is answered only by its own calls']
  if (near.excluded === 'lent already') return wrapped('excluded: this take has borrowed its answer already', '     ', '       ')
  const why = call.effect === 'write' ? 'a write is never answered twice' : 'repeating is switched off'
  return wrapped(`excluded: used up, its answer was given already; ${why}`, '     ', '       ')
}

function differenceLines({ path, recorded, asked }: FieldDifference): string[] {
  const name = shortened(escaped(path), 200)
  if (recorded === undefined) return [fitted(`     ${name} is new: `, asked)]
  if (asked === undefined) return [fitted(`     ${name} is gone, recorded was `, recorded)]
  const before = recorded instanceof Uint8Array ? textOf(recorded) : recorded
  const now = asked instanceof Uint8Array ? textOf(asked) : asked
  if (typeof before === 'string' && typeof now === 'string' && Math.max(before.length, now.length) > longestInline) {
    return textLines(name, before, now)
  }
  const line = `     ${name} differs: ${printable(recorded, longestInline)} → ${printable(asked, longestInline)}`
  if (line.length <= width && !line.includes('…')) return [line]
  if (typeof before === 'string' && typeof now === 'string') return textLines(name, before, now)
  return [`     ${name} differs:`, `       - ${printable(recorded, 68)}`, `       + ${printable(asked, 68)}`]
}

function textLines(name: string, before: string, now: string): string[] {
  const shown = textNeighbourhood(before, now, 69)
  const kind = before.replace(/\s+/g, '') === now.replace(/\s+/g, '') ? ' in white space only' : ''
  return [`     ${name} differs${kind}:`, `       - ${shown.recorded}`, `       + ${shown.asked}`]
}

function fitted(lead: string, value: FieldDifference['asked']): string {
  return value === undefined ? lead : lead + printable(value, Math.max(20, width - lead.length))
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`
}

/** Breaks at spaces; a word that is too long by itself (a URL, a path) stays whole, so that it can be copied. */
function wrapped(text: string, lead: string, indent: string): string[] {
  const lines: string[] = []
  let line = lead
  let isEmpty = true
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line)
      line = indent
      isEmpty = true
    }
    line += (isEmpty ? '' : ' ') + word
    isEmpty = false
  }
  return [...lines, line]
}
