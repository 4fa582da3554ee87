import { stripVTControlCharacters } from 'node:util';
import type { Look } from './look.js';

/** Names and values, one a line; a value of several lines goes below its name. */
export function fields(entries: readonly (readonly [name: string, value: string | readonly string[] | undefined])[], look: Look): string {
  const present = entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const label = Math.max(...present.map(([name]) => name.length)) + 2;
  return present
    .map(([name, value]) => {
      const [first = '', ...rest] = typeof value === 'string' ? wrapped(value, look.width - label) : value;
      const named = `${look.colors.dim(name.padEnd(label))}${first}`;
      return [named, ...rest.map((line) => ' '.repeat(label) + line)].join('\n');
    })
    .join('\n');
}

/** Below this the words would stand one to a line. */
const narrowest = 30;

/** Prose is broken between words where it would not fit. */
function wrapped(value: string, width: number): string[] {
  if (width < narrowest || stripVTControlCharacters(value).length <= width) return [value];
  const lines: string[] = [];
  for (const word of value.split(/ (?=\S)/)) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && stripVTControlCharacters(longer).length > width) lines.push(word);
    else lines.splice(-1, 1, longer);
  }
  return lines;
}

/** Every line of the text, set in by some spaces. */
export function indent(text: string, by: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by));
}
