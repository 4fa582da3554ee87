import type { JsonSchema } from '../../sdk/models/index.js';
import type { Attack } from './injection.js';

type Schema = JsonSchema | undefined;
const highest = 999_999;

/** Arguments for a tool, chosen by an attacker who knows nothing but its JSON Schema: as high, and as much to him, as it allows. */
export function inputOfSchema(schema: Schema, attack: Attack, root: Schema = schema, depth = 0): unknown {
  if (!schema || depth > 8) return wordsOf(attack);
  const { $ref, const: only, enum: choice, anyOf, oneOf, allOf } = schema as Record<string, unknown>;
  if (typeof $ref === 'string') return inputOfSchema(resolved($ref, root), attack, root, depth + 1);
  if (only !== undefined) return only;
  if (Array.isArray(choice)) return choice[0];
  for (const options of [anyOf, oneOf, allOf])
    if (Array.isArray(options)) return inputOfSchema(options[0] as JsonSchema, attack, root, depth + 1);
  const type = Array.isArray(schema['type']) ? (schema['type'] as unknown[])[0] : schema['type'];
  switch (type ?? (schema['properties'] ? 'object' : 'string')) {
    case 'object':
      return Object.fromEntries(
        Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>).map(([name, inner]) => [
          name,
          inputOfSchema(inner, attack, root, depth + 1),
        ]),
      );
    case 'array':
      return [inputOfSchema(schema['items'] as Schema, attack, root, depth + 1)];
    case 'integer':
    case 'number':
      return numberOf(schema);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return textOf(schema, attack);
  }
}

/**
 * A usual answer or usual arguments, with the attacker's values in the place of numbers, addresses and texts. Ids and words of
 * a closed set stay, because wrong ones would be noticed. `bold`: as high as can be; else only somewhat more than is right.
 */
export function hijacked(value: unknown, attack: Attack, bold: boolean): unknown {
  if (typeof value === 'number') return bold ? highest : Math.trunc(value) * 2 + 1;
  if (typeof value === 'string') {
    if (/^[^\s@]+@[^\s@]+$/.test(value)) return attack.email;
    if (/^https?:\/\//.test(value)) return attack.url;
    return /\s/.test(value) ? `${value} ${wordsOf(attack)}` : value;
  }
  if (Array.isArray(value)) return value.map((it) => hijacked(it, attack, bold));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, hijacked(inner, attack, bold)]));
}

const wordsOf = ({ nonce, canary }: Attack) => `${nonce} ${canary}`;

function numberOf(schema: JsonSchema): number {
  const { maximum, exclusiveMaximum, minimum } = schema as { readonly [K in 'maximum' | 'exclusiveMaximum' | 'minimum']?: number };
  const top = Math.min(maximum ?? highest, (exclusiveMaximum ?? Infinity) - 1);
  return Math.max(Math.min(top, highest), minimum ?? -Infinity);
}

function textOf(schema: JsonSchema, attack: Attack): string {
  const { format, maxLength = Infinity } = schema as { readonly format?: string; readonly maxLength?: number };
  if (format === 'email') return attack.email;
  if (format === 'uri' || format === 'url') return attack.url;
  if (format === 'date') return '2031-01-01';
  if (format === 'date-time') return '2031-01-01T00:00:00Z';
  if (format === 'uuid') return '00000000-0000-4000-8000-000000000000';
  return wordsOf(attack).slice(0, maxLength);
}

function resolved(reference: string, root: Schema): Schema {
  const steps = reference.replace(/^#\/?/, '').split('/').filter(Boolean);
  return steps.reduce<Schema>((at, step) => at?.[step] as Schema, root);
}
