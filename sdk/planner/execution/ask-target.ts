import { DurableFlowError, ModelError } from '../../errors/index.js';
import { Deadline } from '../../models/deadline.js';
import type { ModelUsage } from '../../models/model-client.js';
import { usageOf } from '../../models/open-ai-wire.js';
import type { ChatCompletion, ChatRequest, ChatUsage } from '../chat.js';
import type { OutputCheck } from '../constraints.js';
import { failureOf, type AttemptFacts } from './attempt-facts.js';
import type { ReachedTarget, RunParts } from './run-parts.js';
import type { Rejection } from './session.js';

/** One question to one target. */
export interface Question {
  readonly reached: ReachedTarget;
  readonly body: ChatRequest;
  readonly check: OutputCheck | undefined;
  /** What is left of the request's time for it. */
  readonly ceilingMs: number | undefined;
  /** What is left of it altogether; a stream that is committed may take all of it. */
  readonly totalMs: number | undefined;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal | undefined;
}

export interface Answer {
  readonly facts: AttemptFacts;
  readonly completion?: ChatCompletion;
  readonly rejection?: Rejection;
}

/** Asks for a whole answer, once, and checks it. Never throws for what the target does. */
export async function askTarget(question: Question, { clock, limits, checks }: RunParts): Promise<Answer> {
  const { reached, body, check, ceilingMs, signal } = question;
  const startedAt = clock.now();
  const fact = (facts: Omit<AttemptFacts, 'startedAt' | 'endedAt'>): AttemptFacts => ({ startedAt, endedAt: clock.now(), ...facts });
  using deadline = new Deadline(clock, Math.min(limits.attemptMs, ceilingMs ?? Infinity), signal);
  let completion: ChatCompletion;
  try {
    completion = await deadline.race(reached.upstream.complete(body, deadline.signal));
  } catch (error) {
    return failedAnswer(deadline.failure ?? error, question, limits.attemptMs, fact);
  }
  const usage = chatUsage(completion.usage);
  if (!check) return { completion, facts: fact({ outcome: 'no_check_completed', usage }) };
  try {
    const checked = await deadline.race(checks.run(check, completion));
    if (checked.verdict === 'passed') return { completion, facts: fact({ outcome: 'passed_check', usage }) };
    if (checked.verdict === 'failed') return { facts: fact({ outcome: 'failed_check', detail: checked.detail, usage }) };
    return { completion, facts: fact({ outcome: 'no_check_completed', detail: checked.detail, usage }) };
  } catch (error) {
    const { facts } = failedAnswer(deadline.failure ?? error, question, limits.attemptMs, fact);
    return { facts: { ...facts, usage } };
  }
}

/** What came of an attempt that was given up, or that its target failed. */
export function failedAnswer(
  error: unknown,
  { ceilingMs, signal }: Pick<Question, 'ceilingMs' | 'signal'>,
  attemptMs: number,
  fact: (facts: Omit<AttemptFacts, 'startedAt' | 'endedAt'>) => AttemptFacts,
): Answer {
  if (signal?.aborted) return { facts: fact({ outcome: 'abandoned', detail: 'its client went away' }) };
  const failure = asModelError(error);
  if (failure.kind === 'timeout' && failure.status === undefined && ceilingMs !== undefined && ceilingMs <= attemptMs)
    return { facts: fact({ outcome: 'latency_breach', detail: `it was given up after ${Math.round(ceilingMs)} ms` }) };
  const facts = fact(failureOf(failure));
  return facts.outcome === 'rejected' ? { facts, rejection: rejectionOf(failure) } : { facts };
}

const asModelError = (error: unknown): ModelError =>
  error instanceof ModelError
    ? error
    : new ModelError(error instanceof DurableFlowError ? 'connection' : 'malformed', String(error), { mayCost: true, cause: error });

/** What the endpoint itself has said, so that its caller can read it. */
export function rejectionOf({ status, cause }: ModelError): Rejection {
  const error = (cause as { error?: unknown } | undefined)?.error;
  return { status, error: error ?? null };
}

/** Usage in our words; undefined if it was not reported. */
export const chatUsage = (usage: ChatUsage | null | undefined): ModelUsage | undefined => usageOf(usage ?? undefined);
