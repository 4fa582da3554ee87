import type OpenAI from 'openai';
import { clientOptions, httpProvider, type ProviderOptions } from './http-provider.js';
import { importPeer } from '../errors/import-peer.js';
import type { ModelClient } from './model-client.js';
import { readAnswer } from './read-answer.js';
import { fromOpenAi, OpenAiAssembly, readCompletion, toOpenAi } from './open-ai-wire.js';

/** Options of `openAiCompatible`. */
export interface OpenAiOptions extends ProviderOptions {
  /** What the endpoint is called in errors, telemetry and answers. Default `'openai'`. */
  readonly provider?: string;
  /** The field for `maxTokens`. By default what OpenAI wants, or `'max_tokens'`, which all others know, if there is a `baseURL`. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens';
}

/**
 * OpenAI, or any endpoint that speaks its Chat Completions API (vLLM, Ollama, OpenRouter, …), through the official client
 * (`npm install openai`), which is loaded at the first call. It makes one attempt a call.
 *
 * @example
 * ```ts
 * import { openAiCompatible } from 'durableflow';
 * const local = openAiCompatible({ provider: 'ollama', baseURL: 'http://localhost:11434/v1', apiKey: 'none', model: 'llama3.1' });
 * console.log(local.provider); // ollama
 * ```
 */
export function openAiCompatible(options: OpenAiOptions): ModelClient {
  const { model, provider = 'openai', baseURL, extraBody = {} } = options;
  const maxTokensField = options.maxTokensField ?? (baseURL === undefined ? 'max_completion_tokens' : 'max_tokens');
  let client: Promise<OpenAI> | undefined;
  const connect = () =>
    (client ??= importPeer('openai', () => import('openai')).then(({ default: Client }) => new Client(clientOptions(options))));

  return httpProvider<OpenAI.ChatCompletionChunk>(
    {
      provider,
      connect,

      async ask(request, signal) {
        const [sdk, body] = await Promise.all([connect(), toOpenAi(request, model, maxTokensField, extraBody)]);
        const { data, request_id } = await sdk.chat.completions.create(body, { signal }).withResponse();
        return readAnswer({ provider, model }, () => fromOpenAi(readCompletion(data, provider, model), provider, request_id));
      },

      async open(request, signal) {
        const [sdk, body] = await Promise.all([connect(), toOpenAi(request, model, maxTokensField, extraBody)]);
        const streamed = { ...body, stream: true as const, stream_options: { include_usage: true } };
        const { data, response, request_id } = await sdk.chat.completions.create(streamed, { signal }).withResponse();
        const assembly = new OpenAiAssembly();
        return {
          http: response,
          events: data,
          read: (chunk) => readAnswer({ provider, model }, () => assembly.add(chunk)),
          finish() {
            const answer = assembly.answer(model);
            return answer && readAnswer({ provider, model }, () => fromOpenAi(answer, provider, request_id));
          },
        };
      },
    },
    options,
  );
}
