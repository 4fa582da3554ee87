import type { ChatRequest } from '../chat.js';
import type { Capability } from '../target.js';
import { isObject, messagesOf, partsOf } from './request-text.js';
import { responseFormat } from './task-class.js';

/** What a request needs of a model, in a fixed order. */
export function needsOf(request: ChatRequest): Capability[] {
  if (!isObject(request)) return [];
  const tools: unknown = request.tools;
  const seen = messagesOf(request).some(({ content }) => partsOf(content).some(({ type }) => type === 'image_url'));
  return [
    ...(Array.isArray(tools) && tools.length > 0 ? (['tools'] as const) : []),
    ...(responseFormat(request) === 'json_schema' ? (['json_schema'] as const) : []),
    ...(seen ? (['vision'] as const) : []),
    ...(request.stream === true ? (['streaming'] as const) : []),
  ];
}

/** The longest answer that a request asks for, in tokens, over all its choices; undefined if it does not say. */
export function askedOutput(request: ChatRequest): { readonly perChoice: number | undefined; readonly choices: number } {
  if (!isObject(request)) return { perChoice: undefined, choices: 1 };
  return { perChoice: count(request.max_completion_tokens) ?? count(request.max_tokens), choices: count(request.n) ?? 1 };
}

/** A whole number from 1; what else clients send is for the model's endpoint to refuse. */
const count = (value: unknown) => (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 ? value : undefined);
