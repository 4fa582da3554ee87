import { DurableFlowError } from '../../errors/index.js';
import type { Attempt } from '../attempt.js';
import type { Plan } from '../plan.js';
import type { RunOutcome } from './run-input.js';
import type { Rejection } from './session.js';

/** Why a request has no answer, as its caller is told. */
export function requestFailure(
  requestId: string,
  plan: Plan,
  { state, reason }: RunOutcome,
  attempts: readonly Attempt[],
  rejection: Rejection | undefined,
): DurableFlowError {
  const details = { requestId, attempts };
  if (plan.infeasible) {
    const { code, message } = plan.infeasible;
    const named = code === 'budget_exhausted' ? 'DF_BUDGET_EXHAUSTED' : 'DF_PLAN_INFEASIBLE';
    return new DurableFlowError(named, message, { details: { ...details, plan, infeasible: plan.infeasible } });
  }
  if (state === 'abandoned') return new DurableFlowError('DF_PLAN_ABANDONED', 'the request was given up', { details });
  if (reason === 'rejected') {
    const said = attempts.at(-1)?.detail ?? 'the request was refused';
    return new DurableFlowError('DF_PLAN_REJECTED', said, { details: { ...details, status: rejection?.status, error: rejection?.error } });
  }
  if (reason === 'latency')
    return new DurableFlowError('DF_PLAN_LATENCY', `there was no answer within ${plan.constraints.maxLatencyMs} ms`, { details });
  if (reason === 'budget') {
    const why = attempts.at(-1)?.detail ?? 'too little is left';
    return new DurableFlowError('DF_BUDGET_EXHAUSTED', `nothing more may be asked: ${why}`, { details });
  }
  return new DurableFlowError('DF_PLAN_FAILED', `no target answered: ${inWords(attempts)}`, { details });
}

const inWords = (attempts: readonly Attempt[]) =>
  attempts
    .map(({ targetName, outcome, detail }) => `${targetName} (${outcome.replaceAll('_', ' ')}${detail ? `: ${detail}` : ''})`)
    .join(', ') || 'none was asked';
