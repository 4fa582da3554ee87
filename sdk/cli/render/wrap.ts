import { stripVTControlCharacters } from 'node:util';

/** Below this the words would stand one to a line. */
const narrowest = 30;

/** Prose in lines of at most so many columns, broken between words; a word that is longer stays whole. */
export function wrap(text: string, width: number): string[] {
  if (width < narrowest || stripVTControlCharacters(text).length <= width) return [text];
  const lines: string[] = [];
  for (const word of text.split(/ (?=\S)/)) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && stripVTControlCharacters(longer).length > width) lines.push(word);
    else lines.splice(-1, 1, longer);
  }
  return lines;
}
