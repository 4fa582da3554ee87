import type { ChatChunk, ChatCompletion, ChatRequest } from '../chat.js';

/**
 * The endpoint of one target, in the words of the Chat Completions API, whatever it speaks itself. Both methods make one
 * attempt, heed the signal, and throw `ModelError`.
 */
export interface Upstream {
  complete(body: ChatRequest, signal: AbortSignal): Promise<ChatCompletion>;
  /** Resolves when the stream has begun. Its last pieces tell the usage, if the endpoint does. Leaving it early closes the connection. */
  stream(body: ChatRequest, signal: AbortSignal): Promise<AsyncIterable<ChatChunk>>;
}

/** How endpoints are reached. */
export interface UpstreamOptions {
  /** Answers of more bytes are given up. */
  readonly maxAnswerBytes: number;
}
