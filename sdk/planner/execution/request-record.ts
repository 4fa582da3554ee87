import type { DurableFlow } from '../../durable-flow.js';
import { DurableFlowError } from '../../errors/index.js';
import type { RunDetails } from '../../flow/run-view.js';
import { isEnded } from '../../store/index.js';
import type { Attempt } from '../attempt.js';
import type { Plan } from '../plan.js';
import type { RunInput, RunOutcome } from './run-input.js';

/** What is on record of a request. */
export interface RequestRecord {
  readonly plan: Plan;
  readonly attempts: readonly Attempt[];
  readonly shadow: Attempt | undefined;
  readonly state: 'answered' | 'failed' | 'infeasible' | 'running' | 'abandoned';
  readonly receivedAt: number;
}

/** Reads what became of a request, running ones included. Throws `DF_PLAN_UNKNOWN`. */
export function requestRecord(flow: DurableFlow, requestId: string): RequestRecord {
  const run = detailsOf(flow, requestId);
  if (run?.workflow !== 'planner-request')
    throw new DurableFlowError('DF_PLAN_UNKNOWN', `there is no request "${requestId}"`, { details: { requestId } });
  const { plan, receivedAt, streamed } = run.input as RunInput;
  const attempts = attemptsIn(run);
  const shadowRun = plan.shadow && detailsOf(flow, shadowOf(requestId));
  const ended = run.status === 'completed' ? (run.output as RunOutcome).state : 'failed';
  const state = isEnded(run.status) ? ended : stateAfter(attempts.at(-1), streamed);
  return { plan, attempts, shadow: shadowRun && attemptsIn(shadowRun)[0], state, receivedAt };
}

/** The run that asks a shadow beside the answer of a request. */
export const shadowOf = (requestId: string) => `${requestId}.shadow`;

function detailsOf(flow: DurableFlow, id: string): RunDetails | undefined {
  try {
    return flow.show(id);
  } catch (error) {
    if (error instanceof DurableFlowError && error.code === 'DF_UNKNOWN_RUN') return undefined;
    throw error;
  }
}

const attemptsIn = ({ steps }: RunDetails) => steps.flatMap(({ method, value }) => attemptIn(method, value));

/** How a request stands whose run has not been ended yet, though its last attempt may be on record. */
function stateAfter(last: Attempt | undefined, streamed: boolean): RequestRecord['state'] {
  if (!last) return 'running';
  const { outcome, firstTokenMs } = last;
  if (outcome === 'passed_check' || outcome === 'no_check_completed') return 'answered';
  if (outcome === 'abandoned') return 'abandoned';
  if (outcome === 'rejected') return 'failed';
  if (!streamed || firstTokenMs === undefined) return 'running';
  return outcome === 'failed_check' ? 'answered' : 'failed';
}

/** The attempt that a recorded call tells of, if any. */
function attemptIn(method: string, value: unknown): Attempt[] {
  if (method === 'ask' || method === 'open' || method === 'drain') return value ? [value as Attempt] : [];
  const { attempt } = (value ?? {}) as { readonly attempt?: Attempt };
  return attempt ? [attempt] : [];
}
