import type { Json } from '../../contract.js';
import { shownText } from './shown-text.js';

/** A piece of JSON text: what it is, and how it is written. */
export interface JsonToken {
  readonly kind: 'name' | 'text' | 'number' | 'word' | 'mark';
  readonly text: string;
}

/**
 * A value as indented JSON text, whole. A line break in a text is written as `\n` and then made, so that a letter can be read as one;
 * what is invisible is escaped.
 */
export function jsonTokens(value: Json): readonly JsonToken[] {
  const tokens: JsonToken[] = [];
  write(value, '', tokens);
  return tokens;
}

function write(value: Json, indent: string, tokens: JsonToken[]): void {
  if (typeof value === 'string') tokens.push({ kind: 'text', text: quoted(value, indent) });
  else if (typeof value === 'number') tokens.push({ kind: 'number', text: String(value) });
  else if (typeof value === 'boolean' || value === null) tokens.push({ kind: 'word', text: String(value) });
  else if (Array.isArray(value))
    writeList(
      value.map((item) => ({ item: item as Json })),
      '[',
      ']',
      indent,
      tokens,
    );
  else
    writeList(
      Object.entries(value).map(([name, item]) => ({ name, item })),
      '{',
      '}',
      indent,
      tokens,
    );
}

function writeList(
  items: readonly { name?: string; item: Json }[],
  open: string,
  close: string,
  indent: string,
  tokens: JsonToken[],
): void {
  if (items.length === 0) {
    tokens.push({ kind: 'mark', text: open + close });
    return;
  }
  const inner = `${indent}  `;
  items.forEach(({ name, item }, i) => {
    tokens.push({ kind: 'mark', text: `${i === 0 ? open : ','}\n${inner}` });
    if (name !== undefined) tokens.push({ kind: 'name', text: quoted(name, inner) }, { kind: 'mark', text: ': ' });
    write(item, inner, tokens);
  });
  tokens.push({ kind: 'mark', text: `\n${indent}${close}` });
}

function quoted(text: string, indent: string): string {
  return shownText(JSON.stringify(text)).replace(/(?<!\\)((?:\\\\)*)\\n(?!"$)/g, `$1\\n\n${indent} `);
}
