import type { ModelError } from '../../errors/index.js';
import { costMicros, toUsd } from '../../models/cost.js';
import type { ModelUsage } from '../../models/model-client.js';
import { redactSecrets } from '../../telemetry/redact-secrets.js';
import type { Attempt, AttemptOutcome } from '../attempt.js';
import type { PlannedStep } from '../plan.js';
import type { PlannerTarget } from '../target.js';

/** What is kept of what an endpoint says. */
const longestDetail = 400;

/** What one attempt turned out to be, before its money is counted. */
export interface AttemptFacts {
  readonly outcome: AttemptOutcome;
  readonly detail?: string | undefined;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly firstTokenMs?: number | undefined;
  readonly usage?: ModelUsage | undefined;
  /** Nothing of it was worked on, so that it cannot have cost anything. */
  readonly free?: boolean;
}

/** The attempt as it is journaled: charged what it cost, or its worst case where that is not known. */
export function attemptOf(
  step: PlannedStep,
  target: PlannerTarget | undefined,
  worstMicros: number,
  shadow: boolean,
  facts: AttemptFacts,
): Attempt {
  const { outcome, detail, startedAt, endedAt, firstTokenMs, usage, free = false } = facts;
  const cost = free ? 0 : usage && target ? costMicros(usage, target.prices) : undefined;
  return {
    targetId: step.targetId,
    targetName: step.targetName,
    model: step.model,
    outcome,
    detail: detail === undefined ? undefined : redactSecrets(detail).slice(0, longestDetail),
    startedAt,
    durationMs: endedAt - startedAt,
    firstTokenMs,
    usage,
    costUsd: cost === undefined ? undefined : toUsd(cost),
    chargedUsd: toUsd(cost ?? worstMicros),
    shadow,
  };
}

/** What came of an attempt that an endpoint failed. Only what blames the request itself is not the target's fault. */
export function failureOf(error: ModelError): Pick<AttemptFacts, 'outcome' | 'detail' | 'usage' | 'free'> {
  const { kind, status, mayCost, message } = error;
  const blamesRequest = kind === 'invalid_request' && status !== 404;
  return {
    outcome: blamesRequest ? 'rejected' : 'transport_error',
    detail: withoutFix(message, error.fix),
    usage: error.details['usage'] as ModelUsage | undefined,
    free: !mayCost,
  };
}

/** What to do about it is for who catches the error, not for a record of what has happened. */
const withoutFix = (message: string, fix: string) => (message.endsWith(fix) ? message.slice(0, -fix.length).trim() : message);
