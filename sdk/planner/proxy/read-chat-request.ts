import type { IncomingMessage } from 'node:http';
import type { ChatRequest } from '../chat.js';
import { ProxyError } from './proxy-error.js';

/** A request with what its client said to the planner, which travels no further. */
export interface ReadRequest {
  readonly request: ChatRequest;
  readonly planner: unknown;
}

/** Reads the body, no more than `limit` bytes of it, whatever its length is said to be. Throws `ProxyError`s. */
export async function readChatRequest(incoming: IncomingMessage, limit: number): Promise<ReadRequest> {
  const type = incoming.headers['content-type'] ?? '';
  // A browser sends what is no JSON to any address without asking first, so this also keeps web pages out.
  if (!/^application\/json\s*(;|$)/i.test(type)) throw new ProxyError(415, 'unsupported_media_type', 'The body must be application/json.');
  const encoding = incoming.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    throw new ProxyError(415, 'unsupported_encoding', 'The body must not be compressed.');
  const body = jsonOf(textOf(await readBytes(incoming, limit)));
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalid('The body must be a JSON object.');
  const { planner, ...request } = body as Record<string, unknown>;
  checkFields(request);
  return { request: request as unknown as ChatRequest, planner };
}

function readBytes(incoming: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = () =>
    new ProxyError(413, 'payload_too_large', `The body has more than ${limit} bytes.`, { headers: { connection: 'close' } });
  if (Number(incoming.headers['content-length'] ?? 0) > limit) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const done = (settle: () => void) => {
      incoming.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      settle();
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) done(() => reject(tooLarge()));
      else chunks.push(chunk);
    };
    const onEnd = () => done(() => resolve(Buffer.concat(chunks)));
    const onClose = () => done(() => reject(invalid('The body broke off.')));
    incoming.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid('The body is not UTF-8.');
  }
}

/** Deeper than any schema that is meant seriously; what is nested without end would take the stack of whoever walks through it. */
const deepest = 128;

function jsonOf(text: string): unknown {
  if (depthOf(text) > deepest) throw invalid(`The body is nested more than ${deepest} levels deep.`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`The body is no JSON: ${(error as Error).message.slice(0, 200)}.`);
  }
}

/** How deep brackets are nested in a JSON text, those in strings aside. */
function depthOf(text: string): number {
  let depth = 0;
  let most = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{]|[\]}]/gs)) {
    if (token === '[' || token === '{') most = Math.max(most, ++depth);
    else if (token === ']' || token === '}') depth--;
  }
  return most;
}

/** Only what has to hold for a plan; everything else is between the client and the target. */
function checkFields({ model, messages, stream, stream_options, tools }: Record<string, unknown>): void {
  if (typeof model !== 'string' || model === '') throw invalid('model must be a name: auto, or one of GET /v1/models.', 'model');
  if (!Array.isArray(messages) || messages.length === 0) throw invalid('messages must be an array with at least one message.', 'messages');
  const wrong = messages.findIndex((it: unknown) => typeof (it as { role?: unknown } | null)?.role !== 'string');
  if (wrong >= 0) throw invalid('A message must be an object with a role.', `messages[${wrong}]`);
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') throw invalid('stream must be true or false.', 'stream');
  if (stream_options !== undefined && stream_options !== null && typeof stream_options !== 'object')
    throw invalid('stream_options must be an object.', 'stream_options');
  if (tools !== undefined && tools !== null && !Array.isArray(tools)) throw invalid('tools must be an array.', 'tools');
}

function invalid(message: string, param?: string): ProxyError {
  return new ProxyError(400, 'invalid_request', message, param === undefined ? {} : { param });
}
