import type OpenAI from 'openai';
import { importPeer } from '../../errors/import-peer.js';
import { ModelError } from '../../errors/index.js';
import { modelErrorOf } from '../../models/http-failure.js';
import type { ChatChunk, ChatCompletion, ChatRequest } from '../chat.js';
import type { PlannerTarget } from '../target.js';
import { assertEventStream } from './assert-event-stream.js';
import { limitedFetch } from './limited-fetch.js';
import { targetKey } from './target-key.js';
import type { Upstream, UpstreamOptions } from './upstream.js';

type Create = OpenAI.ChatCompletionCreateParamsNonStreaming;
type CreateStreaming = OpenAI.ChatCompletionCreateParamsStreaming;

/** Any endpoint of the Chat Completions API, through the official client. Requests and answers pass as they are. */
export function openAiUpstream(target: PlannerTarget, { maxAnswerBytes }: UpstreamOptions): Upstream {
  const { model } = target;
  const provider = target.name;
  let client: Promise<OpenAI> | undefined;
  let reportsUsage = true;
  const connect = () => (client ??= open(target, maxAnswerBytes).catch((error: unknown) => {
    client = undefined;
    throw error;
  })); // prettier-ignore

  const openStream = async (body: ChatRequest, signal: AbortSignal) => {
    const sdk = await connect();
    const streamed = { ...body, stream: true, ...(reportsUsage && { stream_options: { ...body.stream_options, include_usage: true } }) };
    return sdk.chat.completions.create(streamed as unknown as CreateStreaming, { signal }).withResponse();
  };

  return {
    async complete(body, signal) {
      try {
        const sdk = await connect();
        const answer: unknown = await sdk.chat.completions.create(body as unknown as Create, { signal });
        if (isCompletion(answer)) return answer;
      } catch (error) {
        throw modelErrorOf(error, { provider, model, streaming: false });
      }
      throw new ModelError('malformed', `${provider}: the response is no chat completion`, { provider, model });
    },

    async stream(body, signal) {
      let opened: Awaited<ReturnType<typeof openStream>>;
      try {
        opened = await openStream(body, signal).catch((error: unknown) => {
          if (!reportsUsage || !refusesUsage(error)) throw error;
          reportsUsage = false;
          return openStream(body, signal);
        });
        assertEventStream(opened.response, { provider, model });
      } catch (error) {
        throw modelErrorOf(error, { provider, model, streaming: false });
      }
      return chunksOf(opened.data, { provider, model });
    },
  };
}

async function open(target: PlannerTarget, maxAnswerBytes: number): Promise<OpenAI> {
  const apiKey = targetKey(target) ?? 'none';
  const { default: Client } = await importPeer('openai', () => import('openai'));
  return new Client({
    apiKey,
    // Never from the environment: there OPENAI_BASE_URL may well be that of this very planner, and the other two are for OpenAI alone.
    baseURL: target.baseUrl ?? 'https://api.openai.com/v1',
    organization: null,
    project: null,
    maxRetries: 0,
    timeout: 2 ** 31 - 1,
    logLevel: 'off',
    fetch: limitedFetch(maxAnswerBytes),
  });
}

/** Some endpoints do not know `stream_options`. */
function refusesUsage(error: unknown): boolean {
  const { status, message } = error as { status?: unknown; message?: unknown };
  return (status === 400 || status === 422) && /stream_options|include_usage/i.test(String(message));
}

async function* chunksOf(
  events: AsyncIterable<unknown>,
  at: { readonly provider: string; readonly model: string },
): AsyncGenerator<ChatChunk> {
  try {
    for await (const event of events) {
      if (typeof event !== 'object' || event === null || !Array.isArray((event as ChatChunk).choices))
        throw new ModelError('malformed', `${at.provider}: a piece of the stream is no part of a chat completion`, at);
      yield event as ChatChunk;
    }
  } catch (error) {
    throw modelErrorOf(error, { ...at, streaming: true });
  }
}

function isCompletion(answer: unknown): answer is ChatCompletion {
  if (typeof answer !== 'object' || answer === null) return false;
  const { choices } = answer as Partial<ChatCompletion>;
  return Array.isArray(choices) && choices.length > 0 && choices.every((it) => typeof it?.message === 'object' && it.message !== null);
}
