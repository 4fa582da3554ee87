import { DurableFlowError } from '../../errors/index.js';
import { callOf, type AiModel, type ModelAnswer, type ModelCall } from './model-call.js';
import { streamOf } from './stream-of.js';

/**
 * A model for `generateText`, `streamText` and `ToolLoopAgent` of the AI SDK whose every call is durable: `ask` is to call a
 * `@step` of the workflow, whose body answers with `answerCall`. A finished call is in the journal, so a resumed run does not
 * pay for it again. Retries are the step's: the AI SDK's own (`maxRetries`) do not set in. A streamed answer comes in one
 * piece, when it is recorded; see `onText` of `answerCall`.
 *
 * Throws `DF_AGENT_UNSUPPORTED` for a model that is given by its name alone, or that is none of version 3 of the interface.
 *
 * @param model the model that is asked; its name and the URLs that it can read itself are taken from it
 * @param ask calls the durable method
 *
 * @example
 * ```ts
 * import { generateText } from 'ai';
 * import { MockLanguageModelV3 } from 'ai/test';
 * import { DurableFlow, step, workflow } from 'durableflow';
 * import { answerCall, durableModel, type AiModel, type ModelCall } from 'durableflow/ai-sdk';
 *
 * @workflow({ name: 'geographer' })
 * class Geographer {
 *   constructor(private readonly model: AiModel) {}
 *
 *   async run(prompt: string) {
 *     const { text } = await generateText({ model: durableModel(this.model, (call) => this.think(call)), prompt });
 *     return text;
 *   }
 *
 *   @step({ timeout: '30s' })
 *   think(call: ModelCall) {
 *     return answerCall(this.model, call);
 *   }
 * }
 *
 * const tokens = { total: 5, noCache: 5, cacheRead: 0, cacheWrite: 0, text: 5, reasoning: 0 };
 * const model = new MockLanguageModelV3({
 *   doGenerate: {
 *     content: [{ type: 'text', text: 'Berlin.' }],
 *     finishReason: { unified: 'stop', raw: 'stop' },
 *     usage: { inputTokens: tokens, outputTokens: tokens },
 *     warnings: [],
 *   },
 * });
 * const flow = await DurableFlow.open(':memory:');
 * flow.register(Geographer, () => new Geographer(model));
 * console.log(await (await flow.start(Geographer, 'Capital of Germany?')).result()); // Berlin.
 * await flow.close();
 * ```
 */
export function durableModel(model: AiModel, ask: (call: ModelCall) => Promise<ModelAnswer>): AiModel {
  assertModel(model);
  return {
    specificationVersion: 'v3',
    provider: model.provider,
    modelId: model.modelId,
    supportedUrls: model.supportedUrls,
    doGenerate: (options) => ask(callOf(options)),
    doStream: async (options) => ({ stream: streamOf(await ask(callOf(options))) }),
  };
}

function assertModel(model: unknown): asserts model is AiModel {
  if (typeof model === 'string')
    throw new DurableFlowError(
      'DF_AGENT_UNSUPPORTED',
      `"${model}" names a model that the AI SDK would look up; give the model of a provider, such as gateway("${model}")`,
    );
  const { specificationVersion: version } = (model ?? {}) as { specificationVersion?: unknown };
  if (version !== 'v3')
    throw new DurableFlowError(
      'DF_AGENT_UNSUPPORTED',
      `durableModel takes models of version v3, as providers for ai 6 make them, not ${String(version)}`,
    );
}
