import { escaped } from '@retake/matching'

/** Recorded content is hostile: makes text of several lines safe to print on a terminal; line breaks stay. */
export function printableLines(text: string): string {
  return text
    .split(/\r\n|\n/)
    .map((line) => escaped(line.replaceAll('\t', '  ')))
    .join('\n')
}
