import type Anthropic from '@anthropic-ai/sdk';
import { importPeer } from '../../errors/import-peer.js';
import { modelErrorOf } from '../../models/http-failure.js';
import type { ChatChunk } from '../chat.js';
import type { PlannerTarget } from '../target.js';
import { AnthropicChunks, toCompletion } from './anthropic-answer.js';
import { toMessages } from './anthropic-request.js';
import { assertEventStream } from './assert-event-stream.js';
import { limitedFetch } from './limited-fetch.js';
import { targetKey } from './target-key.js';
import type { Upstream, UpstreamOptions } from './upstream.js';

/** Anthropic's Messages API, through the official client, spoken to in the words of chat completions. */
export function anthropicUpstream(target: PlannerTarget, { maxAnswerBytes }: UpstreamOptions): Upstream {
  const { model } = target;
  const at = { provider: target.name, model };
  let client: Promise<Anthropic> | undefined;
  const connect = () => (client ??= open(target, maxAnswerBytes).catch((error: unknown) => {
    client = undefined;
    throw error;
  })); // prettier-ignore

  return {
    async complete(body, signal) {
      try {
        const sdk = await connect();
        const message = await sdk.messages.create(toMessages(body, target), { signal, timeout: sdk.timeout });
        return toCompletion(message, model);
      } catch (error) {
        throw modelErrorOf(error, { ...at, streaming: false });
      }
    },

    async stream(body, signal) {
      try {
        const sdk = await connect();
        const streamed = { ...toMessages(body, target), stream: true as const };
        const { data, response } = await sdk.messages.create(streamed, { signal }).withResponse();
        assertEventStream(response, at);
        return chunksOf(data, at);
      } catch (error) {
        throw modelErrorOf(error, { ...at, streaming: false });
      }
    },
  };
}

async function open(target: PlannerTarget, maxAnswerBytes: number): Promise<Anthropic> {
  const apiKey = targetKey(target) ?? 'none';
  const { default: Client } = await importPeer('@anthropic-ai/sdk', () => import('@anthropic-ai/sdk'));
  return new Client({
    apiKey,
    authToken: null,
    // Never from the environment: what is there is not meant for this target.
    baseURL: target.baseUrl ?? 'https://api.anthropic.com',
    maxRetries: 0,
    timeout: 2 ** 31 - 1,
    logLevel: 'off',
    fetch: limitedFetch(maxAnswerBytes),
  });
}

async function* chunksOf(
  events: AsyncIterable<Anthropic.RawMessageStreamEvent>,
  at: { readonly provider: string; readonly model: string },
): AsyncGenerator<ChatChunk> {
  const chunks = new AnthropicChunks(at.model);
  try {
    for await (const event of events) yield* chunks.read(event);
  } catch (error) {
    throw modelErrorOf(error, { ...at, streaming: true });
  }
}
