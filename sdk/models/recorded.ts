import { DurableFlowError, ModelError } from '../errors/index.js';
import { currentBody, type CurrentBody } from '../runtime/current-body.js';
import type { CallOptions, ModelAttempt, ModelClient, ModelDelta, ModelRequest, ModelResponse, ModelUsage } from './model-client.js';

/** Set by a client that puts the call on record itself, so that the one behind it does not do so again. */
const onRecord = Symbol('durableflow.on-record');

/** Options for a client that is asked on behalf of one that records the call. */
export const recordedByCaller = (options: CallOptions): CallOptions => ({ ...options, [onRecord]: true }) as CallOptions;

/** Puts one question on record in the decision of the body that asks it, and in telemetry; undefined outside of a durable method. */
export function beginRecord(
  { provider, model }: Pick<ModelClient, 'provider' | 'model'>,
  request: ModelRequest,
  target?: string,
  body: CurrentBody | undefined = currentBody(),
): ((attempt: ModelAttempt, response: ModelResponse | undefined) => void) | undefined {
  if (!body) return undefined;
  const { decision, attempt: methodAttempt, telemetry, run, call, method } = body;
  const prompt = JSON.stringify(request?.messages) ?? '';
  const end = decision.ask({ target, provider, model, maxTokens: request?.maxTokens, prompt }, methodAttempt);
  return (attempt, response) => {
    const { outcome, usage, costUsd, chargedUsd, durationMs } = attempt;
    // What the library itself refuses was never sent, so no model was asked.
    if (outcome === 'error' && costUsd === 0) end(undefined);
    else
      end({
        outcome,
        usage,
        costUsd,
        chargedUsd,
        durationMs,
        answeredBy: response?.model,
        stopReason: response?.stopReason,
        requestId: response?.requestId,
        // Without the ids that a provider gives to tool calls: the same answer has the same digest.
        answer:
          response && JSON.stringify({ text: response.text, toolCalls: response.toolCalls.map(({ name, input }) => ({ name, input })) }),
      });
    const { usage: _usage, startedAt: _startedAt, error: _error, ...fields } = attempt;
    telemetry.emit('model.attempt', run, {
      call,
      method,
      ...fields,
      maxTokens: request?.maxTokens,
      answeredBy: response?.model,
      stopReason: response?.stopReason,
      requestId: response?.requestId,
      inputTokens: usage?.inputTokens,
      outputTokens: usage?.outputTokens,
      cacheReadTokens: usage?.cacheReadTokens,
      cacheWriteTokens: usage?.cacheWriteTokens,
      reasoningTokens: usage?.reasoningTokens,
    });
  };
}

/** The client, with every call that it makes for a durable method on record. */
export function recorded(client: ModelClient): ModelClient {
  const begin = (request: ModelRequest, options: CallOptions, body: CurrentBody | undefined) => {
    if (onRecord in options) return undefined;
    const end = beginRecord(client, request, undefined, body);
    const startedAt = Date.now();
    const attempt = { target: client.model, provider: client.provider, model: client.model, attempt: 1, startedAt, chargedUsd: undefined };
    return {
      answered: (response: ModelResponse) => {
        const { usage, costUsd, model } = response;
        end?.({ ...attempt, model, outcome: 'answered', error: undefined, usage, costUsd, durationMs: Date.now() - startedAt }, response);
      },
      failed: (error: unknown) => end?.({ ...attempt, ...failureOf(error), durationMs: Date.now() - startedAt }, undefined),
    };
  };

  async function* watched(request: ModelRequest, options: CallOptions, body: CurrentBody | undefined, deltas: AsyncIterable<ModelDelta>) {
    const record = begin(request, options, body);
    let isOver = false;
    try {
      for await (const delta of deltas) {
        if (delta.type === 'response') {
          isOver = true;
          record?.answered(delta.response);
        }
        yield delta;
      }
    } catch (error) {
      isOver = true;
      record?.failed(error);
      throw error;
    } finally {
      if (!isOver) record?.failed(new ModelError('aborted', 'the reader left'));
    }
  }

  return {
    provider: client.provider,
    model: client.model,

    async complete(request, options = {}) {
      const record = begin(request, options, currentBody());
      try {
        const response = await client.complete(request, options);
        record?.answered(response);
        return response;
      } catch (error) {
        record?.failed(error);
        throw error;
      }
    },

    stream: (request, options = {}) => watched(request, options, currentBody(), client.stream(request, options)),
  };
}

/** What is known of an attempt that has failed: what it cost, where somebody knows. */
export function failureOf(error: unknown): Pick<ModelAttempt, 'outcome' | 'error' | 'usage' | 'costUsd'> {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof ModelError))
    return { outcome: 'error', error: message, usage: undefined, costUsd: error instanceof DurableFlowError ? 0 : undefined };
  const usage = error.details['usage'] as ModelUsage | undefined;
  return { outcome: error.kind, error: message, usage, costUsd: error.mayCost ? undefined : 0 };
}
