import { addSizes, perMessage, type TextSize, type TokenMeasure } from '../context/token-measure.js';
import { jsonSchemaOf } from './json-schema.js';
import type { ModelRequest } from './model-client.js';

/** Tokens around tools that no tokenizer sees. */
const forTools = 600;

/** The size of all that a request sends: messages, tool calls and their results, tools, and what is `beside` them. */
export async function promptSize({ messages, tools = [] }: ModelRequest, measure: TokenMeasure, beside = ''): Promise<TextSize> {
  const texts: string[] = messages.flatMap((message) =>
    message.role === 'assistant' ? [message.content, JSON.stringify([message.toolCalls, message.opaque?.parts])] : [message.content],
  );
  for (const tool of tools) texts.push(tool.name + (tool.description ?? '') + JSON.stringify(await jsonSchemaOf(tool)));
  const around = messages.length * perMessage + (tools.length > 0 ? forTools : 0);
  return [...texts, beside].reduce((sum, text) => addSizes(sum, measure.size(text)), { tokens: around, bytes: around });
}
