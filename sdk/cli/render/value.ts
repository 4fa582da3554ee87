import { inspect } from 'node:util';
import { plain } from './plain.js';

/** A value in the notation of JavaScript, whole, on as many lines as it needs. */
export function valueLines(value: unknown, width: number): string[] {
  return inspect(value, { ...whole, breakLength: Math.min(width, 100) })
    .split('\n')
    .map(plain);
}

/** A value on one line, cut after `limit` characters. */
export function valuePreview(value: unknown, limit = 120): string {
  return cut(plain(inspect(value, { ...whole, breakLength: Infinity, compact: true })), limit);
}

/** The text, or its beginning. */
export function cut(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}

const whole = { depth: null, maxArrayLength: null, maxStringLength: null } as const;
