import type { JsonSchema } from '../../models/index.js';

/** Where Google writes a number as a text. */
const counts = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties']);

/** Google's schemas are OpenAPI's: types in capitals, counts as texts, `nullable`, bounds that are exclusive by a flag. */
export function fromGoogleSchema(schema: unknown): JsonSchema {
  const { type, nullable, propertyOrdering: _order, example: _example, ...rest } = schema as Record<string, unknown>;
  const out: Record<string, unknown> = {};
  if (typeof type === 'string') out['type'] = nullable ? [type.toLowerCase(), 'null'] : type.toLowerCase();
  for (const [key, value] of Object.entries(rest)) {
    if (value === undefined || typeof value === 'boolean') continue;
    if (key === 'items') out[key] = fromGoogleSchema(value);
    else if (key === 'anyOf') out[key] = (value as unknown[]).map(fromGoogleSchema);
    else if (key === 'properties') out[key] = mapped(value as Record<string, unknown>);
    else out[key] = counts.has(key) ? Number(value) : value;
  }
  if (rest['exclusiveMinimum'] === true) rename(out, 'minimum', 'exclusiveMinimum');
  if (rest['exclusiveMaximum'] === true) rename(out, 'maximum', 'exclusiveMaximum');
  return out;
}

const mapped = (properties: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, fromGoogleSchema(schema)]));

function rename(out: Record<string, unknown>, from: string, to: string): void {
  out[to] = out[from];
  delete out[from];
}
