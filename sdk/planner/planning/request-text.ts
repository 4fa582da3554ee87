import type { ChatRequest } from '../chat.js';

/** One message as it came in, whatever it is: clients send what they like. */
export interface OddMessage {
  readonly role: unknown;
  readonly content: unknown;
  readonly rest: Readonly<Record<string, unknown>>;
}

/** The messages of a request; none if there is no list of them. */
export function messagesOf(request: ChatRequest): OddMessage[] {
  const messages: unknown = isObject(request) ? request.messages : undefined;
  if (!Array.isArray(messages)) return [];
  return messages.filter(isObject).map(({ role, content, ...rest }) => ({ role, content, rest }));
}

/** The parts of a message's content; a bare text is one part. */
export function partsOf(content: unknown): Readonly<Record<string, unknown>>[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content.filter(isObject) : [];
}

/** The text of a message, its parts joined by line breaks. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return partsOf(content)
    .flatMap(({ text }) => (typeof text === 'string' ? [text] : []))
    .join('\n');
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What JSON makes of a value; empty where that is nothing, or where it cannot be written. */
export function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}
