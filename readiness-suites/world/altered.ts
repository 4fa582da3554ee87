import type { ScriptedAnswer } from '../../sdk/models/index.js';

/** Data as they might be a day later: of the same form, with other numbers in them. Ids, addresses and dates stay. */
export function altered(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? value * 2 + 1 : value * 2;
  if (typeof value === 'bigint') return value * 2n + 1n;
  if (typeof value === 'string')
    return /\s/.test(value) ? value.replace(/\b\d{3,9}\b/g, (digits) => String(Number(digits) * 2 + 1)) : value;
  if (Array.isArray(value)) return value.map(altered);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, altered(inner)]));
}

/** The same of what a model says, be it a text, JSON or calls of tools. */
export function alteredAnswer({ text, toolCalls, ...answer }: ScriptedAnswer): ScriptedAnswer {
  return {
    ...answer,
    ...(text !== undefined && { text: alteredText(text) }),
    ...(toolCalls && { toolCalls: toolCalls.map((call) => ({ ...call, input: altered(call.input) })) }),
  };
}

function alteredText(text: string): string {
  try {
    return JSON.stringify(altered(JSON.parse(text)));
  } catch {
    return altered(text) as string;
  }
}
