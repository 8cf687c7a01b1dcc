import type { FieldRedactor } from '@retake/core'
import { createRedactor } from '@retake/redaction'

/** The words of a command line without their secrets: `--token=x`, `--password x`, URLs with passwords, keys of known shapes. */
export function redactArguments(words: readonly string[], redactor: FieldRedactor): string[] {
  return words.map((word, index) => {
    const option = /^--?([A-Za-z][\w-]*)$/.exec(words[index - 1] ?? '')?.[1]
    return option !== undefined && redactor.tells(option) && !word.startsWith('-') ? redactor.named(option, word) : redactor.text(word)
  })
}

/** A command line as it can be printed. */
export function printableArguments(words: readonly string[]): string[] {
  return redactArguments(words, createRedactor({ substitute: () => '***' }))
}
