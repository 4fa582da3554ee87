import { amount, dollars } from '../../lineage/audit-words.js';
import type { Capability } from '../target.js';

export { amount, dollars };

/** Milliseconds as people say them. */
export const time = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(1))} s`);

export const tokens = (n: number): string => `${amount(n)} ${n === 1 ? 'token' : 'tokens'}`;

/** `a`, `a and b`, `a, b and c`. */
export function list(items: readonly string[], last = 'and'): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1)!}`;
}

export const needWords: Readonly<Record<Capability, string>> = {
  tools: 'tools',
  json_schema: 'answers with a JSON schema',
  vision: 'pictures',
  streaming: 'streaming',
};
