import { milliseconds, type Duration } from '../../definition/duration.js';
import { ModelError } from '../../errors/index.js';
import { foreignCall } from '../../models/foreign-call.js';
import type { PriceTable } from '../../models/index.js';
import { currentBody } from '../../runtime/current-body.js';
import { AnswerAssembly } from './answer-assembly.js';
import { describeAnswer } from './describe-answer.js';
import type { AiModel, ModelAnswer, ModelCall } from './model-call.js';
import { providerErrorOf } from './provider-error.js';

/** Options of `answerCall`. */
export interface AnswerCallOptions {
  /** The longest wait for the whole answer. The step's own limit if absent; set it where another model is asked next. */
  readonly timeout?: Duration;
  /** What models cost that are not among `listPrices`, or cost you something else. The record then says what the call has cost. */
  readonly prices?: PriceTable;
  /** Told of each piece of the text as it comes from the model: to show, not to decide on. A replay tells nothing. */
  readonly onText?: (text: string) => void;
}

/**
 * Answers one call of the AI SDK: the body of the `@step` behind `durableModel`. The call is given up with the step's own
 * abort signal, and is on record as those of a `ModelClient` are. What is recorded is the answer, its usage and its ids, without the bodies and headers of HTTP.
 *
 * Throws `ModelError` where the provider throws an `APICallError`, so that the step does not try again what will fail again.
 *
 * @param model who answers
 * @param call what the step was called with
 *
 * @example
 * ```ts
 * import { MockLanguageModelV3 } from 'ai/test';
 * import { answerCall } from 'durableflow/ai-sdk';
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
 * const answer = await answerCall(model, { prompt: [{ role: 'user', content: [{ type: 'text', text: 'Capital of Germany?' }] }] });
 * console.log(answer.content.length); // 1
 * ```
 */
export async function answerCall(
  model: AiModel,
  call: ModelCall,
  { onText, prices, timeout }: AnswerCallOptions = {},
): Promise<ModelAnswer> {
  const signal = currentBody()?.signal;
  const limit = timeout === undefined ? undefined : AbortSignal.timeout(milliseconds(timeout, 'timeout'));
  const signals = [signal, limit].filter((it) => it !== undefined);
  const options = { ...call, ...(signals.length > 0 && { abortSignal: AbortSignal.any(signals) }) };
  const { provider, modelId } = model;
  const ask = async () => {
    try {
      return recorded(onText ? await streamed(model, options, onText) : await model.doGenerate(options));
    } catch (error) {
      if (limit?.aborted && !signal?.aborted)
        throw new ModelError('timeout', `${provider}: no answer within ${String(timeout)}`, { provider, model: modelId, cause: error });
      throw providerErrorOf(error, model);
    }
  };
  const describe = (answer: ModelAnswer) => describeAnswer(answer, modelId);
  return foreignCall({ provider, model: modelId, prompt: call.prompt, maxTokens: call.maxOutputTokens, prices, ask, describe });
}

async function streamed(model: AiModel, options: ModelCall, onText: (text: string) => void): Promise<ModelAnswer> {
  const { stream } = await model.doStream(options);
  const assembly = new AnswerAssembly();
  for await (const part of stream) {
    if (part.type === 'error') throw part.error;
    if (part.type === 'text-delta') onText(part.delta);
    assembly.add(part);
  }
  return assembly.answer(model);
}

/** What of an answer is worth its place in the journal. */
function recorded({ content, finishReason, usage, providerMetadata, response, warnings }: ModelAnswer): ModelAnswer {
  const { id, timestamp, modelId } = response ?? {};
  return {
    content,
    finishReason,
    usage,
    warnings,
    ...(providerMetadata && { providerMetadata }),
    response: { ...(id !== undefined && { id }), ...(timestamp && { timestamp }), ...(modelId !== undefined && { modelId }) },
  };
}
