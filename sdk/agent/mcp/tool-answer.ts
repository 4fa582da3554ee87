import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { DurableFlowError } from '../../errors/index.js';

type Content = CallToolResult['content'][number];

/** What a tool answered: its structured content if there is any, else its text. Throws `DF_MCP_OUTPUT_INVALID` if that is too much. */
export function answerOf({ structuredContent, content }: CallToolResult, what: string, maxBytes: number): unknown {
  const answer: unknown = structuredContent ?? content.map(textOf).join('\n');
  const bytes = Buffer.byteLength(typeof answer === 'string' ? answer : JSON.stringify(answer));
  if (bytes <= maxBytes) return answer;
  throw new DurableFlowError('DF_MCP_OUTPUT_INVALID', `the answer of ${what} has ${bytes} bytes, the limit is ${maxBytes}`, {
    details: { bytes, maxBytes },
  });
}

/** The words of an error that a tool has answered. */
export function errorTextOf({ content }: CallToolResult): string {
  return content.map(textOf).join('\n').slice(0, 500);
}

function textOf(part: Content): string {
  if (part.type === 'text') return part.text;
  if (part.type === 'resource' && 'text' in part.resource) return part.resource.text;
  return `[${part.type}, which is not shown]`;
}
