import { milliseconds, type Duration } from '../definition/duration.js';
import { estimateTokens } from '../context/token-counter.js';
import { DurableFlowError, ModelError } from '../errors/index.js';
import { currentBody } from '../runtime/current-body.js';
import type { Clock } from '../runtime/clock.js';
import { checkCeiling } from './check-ceiling.js';
import { callClock, pass } from './call-clock.js';
import { checkRequest } from './check-request.js';
import { costUsd } from './cost.js';
import { jsonSchemaOf } from './json-schema.js';
import type {
  CallOptions,
  ModelClient,
  ModelDelta,
  ModelRequest,
  ModelResponse,
  ModelUsage,
  StopReason,
  ToolCall,
} from './model-client.js';
import { listPrices, type PriceTable } from './prices.js';
import { recorded } from './recorded.js';

/** An answer in a script. */
export interface ScriptedAnswer {
  readonly text?: string;
  /** The pieces in which a streamed text comes; word by word if absent. */
  readonly chunks?: readonly string[];
  readonly toolCalls?: readonly (Omit<ToolCall, 'id'> & { readonly id?: string })[];
  readonly stopReason?: StopReason;
  /** What is not given is estimated from the texts. */
  readonly usage?: Partial<ModelUsage>;
  /** How long it takes. */
  readonly delay?: Duration;
  /** Thrown after the text was streamed, or instead of the answer. */
  readonly error?: Error;
}

/** One reply: a text, an answer, an error to throw, or a function that makes one of these. `call` counts from 1. */
export type ScriptedReply =
  | string
  | ScriptedAnswer
  | Error
  | ((request: ModelRequest, call: number) => string | ScriptedAnswer | Error | Promise<string | ScriptedAnswer | Error>);

/** Options of `scriptedModel`. */
export interface ScriptOptions {
  /** The model that it pretends to be, whose price is then counted. Default `'scripted'`, which costs nothing. */
  readonly model?: string;
  readonly prices?: PriceTable;
  readonly clock?: Clock;
}

/** A model without a model. */
export interface ScriptedModel extends ModelClient {
  /** What it was asked, in order. */
  readonly requests: readonly ModelRequest[];
  /** Throws `DF_MODEL_SCRIPT` if replies are left. */
  assertUsedUp(): void;
}

/**
 * Answers by a script, for tests and demonstrations: a list of replies, each used once, or one function for all calls.
 * A call beyond the script throws `DF_MODEL_SCRIPT`.
 *
 * @example
 * ```ts
 * import { scriptedModel } from 'durableflow';
 * const model = scriptedModel(['Yes.', { toolCalls: [{ name: 'refund', input: { cents: 500 } }] }]);
 * const ask = () => model.complete({ messages: [{ role: 'user', content: 'Refund it?' }], maxTokens: 20 });
 * console.log((await ask()).text); // Yes.
 * console.log((await ask()).toolCalls[0]?.name); // refund
 * model.assertUsedUp();
 * console.log(model.requests.length); // 2
 * ```
 */
export function scriptedModel(
  script: readonly ScriptedReply[] | Extract<ScriptedReply, (...args: never) => unknown>,
  options: ScriptOptions = {},
): ScriptedModel {
  const { model = 'scripted', prices = {}, clock = callClock } = options;
  const provider = 'scripted';
  const requests: ModelRequest[] = [];

  const reply = async (request: ModelRequest): Promise<ScriptedAnswer> => {
    checkRequest(request);
    const ceiling = checkCeiling(request, [model]);
    if (ceiling) await ceiling;
    // A copy: what the caller changes later was not asked.
    const tools =
      request.tools && (await Promise.all(request.tools.map(async (tool) => ({ ...tool, parameters: await jsonSchemaOf(tool) }))));
    requests.push(structuredClone({ ...request, ...(tools && { tools }) }));
    const call = requests.length;
    const next = typeof script === 'function' ? script : script[call - 1];
    if (next === undefined)
      throw new DurableFlowError('DF_MODEL_SCRIPT', `call ${call} is not in the script, which has ${script.length} replies`);
    const made = typeof next === 'function' ? await next(request, call) : next;
    if (typeof made === 'string') return { text: made };
    return made instanceof Error ? { error: made } : made;
  };

  const respond = (request: ModelRequest, answer: ScriptedAnswer): ModelResponse => {
    const text = textOf(answer);
    const toolCalls = (answer.toolCalls ?? []).map((call, index) => ({
      id: call.id ?? `call_${requests.length}_${index + 1}`,
      name: call.name,
      input: call.input,
    }));
    const usage: ModelUsage = {
      inputTokens: estimateTokens(request.messages.map(({ content }) => content).join('\n')),
      outputTokens: estimateTokens(text + (toolCalls.length > 0 ? JSON.stringify(toolCalls) : '')),
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
      ...answer.usage,
    };
    return {
      text,
      toolCalls,
      stopReason: answer.stopReason ?? (toolCalls.length > 0 ? 'tool_calls' : 'end'),
      usage,
      costUsd: costUsd(usage, [model], { ...listPrices, ...prices }),
      model,
      provider,
      requestId: `scripted-${requests.length}`,
    };
  };

  const client = recorded({
    provider,
    model,

    async complete(request: ModelRequest, { signal = currentBody()?.signal }: CallOptions = {}) {
      const answer = await reply(request);
      await pass(answer.delay === undefined ? 0 : milliseconds(answer.delay, 'delay'), signal, clock);
      if (answer.error) throw answer.error;
      return respond(request, answer);
    },

    async *stream(request: ModelRequest, { signal = currentBody()?.signal }: CallOptions = {}): AsyncGenerator<ModelDelta> {
      const answer = await reply(request);
      await pass(answer.delay === undefined ? 0 : milliseconds(answer.delay, 'delay'), signal, clock);
      for (const text of answer.chunks ?? textOf(answer).match(/\s*\S+\s*$|\s*\S+/g) ?? []) {
        if (signal?.aborted) throw new ModelError('aborted', 'the call was given up by its caller', { cause: signal.reason });
        yield { type: 'text', text };
      }
      if (answer.error) throw answer.error;
      const response = respond(request, answer);
      for (const { id, name } of response.toolCalls) yield { type: 'tool_call', id, name };
      yield { type: 'response', response };
    },
  });

  return {
    ...client,
    requests,

    assertUsedUp() {
      if (typeof script === 'function' || requests.length >= script.length) return;
      throw new DurableFlowError('DF_MODEL_SCRIPT', `${script.length - requests.length} of ${script.length} replies were not asked for`);
    },
  };
}

const textOf = ({ text, chunks }: ScriptedAnswer): string => text ?? chunks?.join('') ?? '';
