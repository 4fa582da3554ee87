import type { Audit, AuditDecision, AuditModelCall } from './audit.js';
import { promptTokens } from './audit-words.js';
import { genAiProvider } from './gen-ai-provider.js';

/** One question to a model as a span: its name, kind, times and attributes, for any OpenTelemetry exporter. */
export interface GenAiSpan {
  /** `{operation} {model}`, as the conventions ask. */
  readonly name: string;
  readonly kind: 'client';
  readonly startTime: Date;
  readonly endTime: Date;
  readonly status: 'ok' | 'error' | 'unset';
  readonly attributes: Readonly<Record<string, string | number | readonly string[]>>;
}

/**
 * Every question of a run to a model with the attributes of OpenTelemetry's GenAI conventions (semantic-conventions-genai, 1.42),
 * and what is the ledger's own under `durableflow.`.
 *
 * @example
 * ```ts
 * import { DurableFlow, genAiSpans, scriptedModel, step, workflow } from 'durableflow';
 *
 * @workflow({ name: 'greeter' })
 * class Greeter {
 *   run() {
 *     return this.greet();
 *   }
 *
 *   @step()
 *   async greet() {
 *     const model = scriptedModel(['Hello.']);
 *     return (await model.complete({ messages: [{ role: 'user', content: 'Greet' }], maxTokens: 10 })).text;
 *   }
 * }
 *
 * const flow = await DurableFlow.open(':memory:');
 * flow.register(Greeter, () => new Greeter());
 * await (await flow.start(Greeter, undefined, { id: 'r-1' })).result();
 * const [span] = genAiSpans(flow.audit('r-1'));
 * console.log(span?.name, span?.attributes['gen_ai.usage.output_tokens']); // chat scripted 2
 * await flow.close();
 * ```
 */
export function genAiSpans({ run, decisions }: Audit): GenAiSpan[] {
  return decisions.flatMap((decision) => decision.modelCalls.map((call) => spanOf(run, decision, call)));
}

function spanOf(run: Audit['run'], decision: AuditDecision, call: AuditModelCall): GenAiSpan {
  const answered = call.outcome === 'answered';
  return {
    name: `chat ${call.model}`,
    kind: 'client',
    startTime: call.startedAt,
    endTime: new Date(call.startedAt.getTime() + call.durationMs),
    status: answered ? 'unset' : 'error',
    attributes: present({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': genAiProvider(call.provider),
      'gen_ai.request.model': call.model,
      'gen_ai.request.max_tokens': call.maxTokens,
      'gen_ai.response.model': call.answeredBy,
      'gen_ai.response.id': call.requestId,
      'gen_ai.response.finish_reasons': call.stopReason === undefined ? undefined : [call.stopReason],
      'gen_ai.conversation.id': run.id,
      // The conventions count cached tokens as input.
      'gen_ai.usage.input_tokens': call.usage && promptTokens(call.usage),
      'gen_ai.usage.output_tokens': call.usage?.outputTokens,
      'gen_ai.usage.cache_read.input_tokens': call.usage?.cacheReadTokens,
      'gen_ai.usage.cache_creation.input_tokens': call.usage?.cacheWriteTokens,
      'gen_ai.usage.reasoning.output_tokens': call.usage?.reasoningTokens,
      'error.type': answered ? undefined : call.outcome,
      'durableflow.run': run.id,
      'durableflow.workflow': run.workflow,
      'durableflow.workflow.version': run.version,
      'durableflow.call': decision.call,
      'durableflow.method': decision.method,
      'durableflow.attempt': call.attempt,
      'durableflow.cost.usd': call.costUsd,
      'durableflow.prompt.digest': call.promptDigest,
      'durableflow.context.selected': decision.material.filter(({ state }) => state === 'consumed' || state === 'influential').length,
      'durableflow.context.rejected': decision.material.filter(({ state }) => state === 'rejected').length,
    }),
  };
}

function present(attributes: Readonly<Record<string, string | number | readonly string[] | undefined>>): GenAiSpan['attributes'] {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as GenAiSpan['attributes'];
}
