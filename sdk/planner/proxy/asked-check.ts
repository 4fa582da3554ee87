import type { JsonSchema } from '../../models/model-client.js';
import type { ChatRequest } from '../chat.js';
import type { OutputCheck } from '../constraints.js';

/** What `response_format` already asks of the answer: it is verified, whichever target answers. Undefined if it asks for nothing. */
export function askedCheck({ response_format: format }: ChatRequest): OutputCheck | undefined {
  if (format?.type === 'json_object') return { type: 'json' };
  if (format?.type !== 'json_schema') return undefined;
  const { schema } = (format.json_schema ?? {}) as { readonly schema?: unknown };
  return typeof schema === 'object' && schema !== null ? { type: 'json_schema', schema: schema as JsonSchema } : { type: 'json' };
}
