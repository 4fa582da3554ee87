import type { Look } from './look.js';
import { wrap } from './wrap.js';

/** Names and values, one a line; a value of several lines goes below its name. */
export function fields(entries: readonly (readonly [name: string, value: string | readonly string[] | undefined])[], look: Look): string {
  const present = entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const label = Math.max(...present.map(([name]) => name.length)) + 2;
  return present
    .map(([name, value]) => {
      const [first = '', ...rest] = typeof value === 'string' ? wrap(value, look.width - label) : value;
      const named = `${look.colors.dim(name.padEnd(label))}${first}`;
      return [named, ...rest.map((line) => ' '.repeat(label) + line)].join('\n');
    })
    .join('\n');
}

/** Every line of the text, set in by some spaces. */
export function indent(text: string, by: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by));
}
