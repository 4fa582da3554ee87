import type Anthropic from '@anthropic-ai/sdk';
import { AnthropicAssembly, anthropicDelta, fromAnthropic, toAnthropic } from './anthropic-wire.js';
import { clientOptions, httpProvider, type ProviderOptions } from './http-provider.js';
import { importPeer } from '../errors/import-peer.js';
import type { ModelClient } from './model-client.js';
import { readAnswer } from './read-answer.js';

/**
 * Claude, through the official client (`npm install @anthropic-ai/sdk`), which is loaded at the first call. It makes one
 * attempt a call: `routeModels` and `@step` know how to try again.
 *
 * @example
 * ```ts
 * import { anthropic } from 'durableflow';
 * const claude = anthropic({ model: 'claude-haiku-4-5', timeout: '30s' });
 * console.log(claude.model); // claude-haiku-4-5
 * ```
 */
export function anthropic(options: ProviderOptions): ModelClient {
  const { model, extraBody = {} } = options;
  const at = { provider: 'anthropic', model };
  let client: Promise<Anthropic> | undefined;
  const connect = () =>
    (client ??= importPeer('@anthropic-ai/sdk', () => import('@anthropic-ai/sdk')).then(
      ({ default: Client }) => new Client(clientOptions(options)),
    ));

  return httpProvider<Anthropic.RawMessageStreamEvent>(
    {
      provider: 'anthropic',
      connect,

      async ask(request, signal) {
        const [sdk, body] = await Promise.all([connect(), toAnthropic(request, model, extraBody)]);
        const { data, request_id } = await sdk.messages.create(body, { signal, timeout: sdk.timeout }).withResponse();
        return readAnswer(at, () => fromAnthropic(data, model, request_id));
      },

      async open(request, signal) {
        const [sdk, body] = await Promise.all([connect(), toAnthropic(request, model, extraBody)]);
        const { data, response, request_id } = await sdk.messages.create({ ...body, stream: true }, { signal }).withResponse();
        const assembly = new AnthropicAssembly();
        return {
          http: response,
          events: data,
          read: (event) =>
            readAnswer(at, () => {
              assembly.add(event);
              return anthropicDelta(event);
            }),
          finish: () => (assembly.complete ? readAnswer(at, () => fromAnthropic(assembly.message, model, request_id)) : undefined),
        };
      },
    },
    options,
  );
}
