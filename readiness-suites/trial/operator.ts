import { DurableFlowError } from '../../sdk/errors/index.js';
import type { ApprovalView } from '../../sdk/flow/approval-view.js';
import { systemClock } from '../../sdk/runtime/index.js';
import type { TrialPlace, TrialRecordPlace } from '../engine/trial-engine.js';

/** What the operator says to a gate: yes, `'no'`, or nothing for now, so that it stays open. */
export type ApprovalPolicy = (gate: ApprovalView) => boolean | 'no';

export const approveAll: ApprovalPolicy = () => true;
export const approveNone: ApprovalPolicy = () => false;
export const refuseAll: ApprovalPolicy = () => 'no';

/** The desk of the person who is asked while a run waits. */
export interface Desk {
  readonly place: TrialPlace;
  /** Which process waits, from 1. */
  readonly life: number;
  /** Kills the process that waits, and resolves when it is gone; `at` says where, for the log. */
  readonly kill: (at: string) => Promise<void>;
}

/** What a person does while a run waits. True if the process may go on, false if nobody will come. */
export type Operator = (desk: Desk) => Promise<boolean>;

/** How a decision is written. */
export interface DecisionStyle {
  /** Decisions are signed with it. */
  readonly secret?: string;
  /** The operator's clock is so many milliseconds ahead. */
  readonly aheadMs?: number;
}

/** The person who decides: another process, as far as the run can tell. True if something was decided. */
export async function decideGates(
  place: TrialRecordPlace,
  policy: ApprovalPolicy,
  { secret, aheadMs }: DecisionStyle = {},
): Promise<boolean> {
  const flow = await place.open({
    ...(secret !== undefined && { approvalSecret: secret }),
    ...(aheadMs !== undefined && { clock: clockAhead(aheadMs) }),
  });
  if (!flow) return false;
  try {
    let decided = false;
    for (const gate of flow.approvals().filter(place.isOurs)) {
      const answer = policy(gate);
      if (answer === false) continue;
      const decision = { by: 'readiness', digest: gate.digest };
      await (answer === 'no' ? flow.reject(gate.id, decision) : flow.approve(gate.id, decision)).catch(isMadeAlready);
      decided = true;
    }
    return decided;
  } finally {
    await flow.close();
  }
}

/**
 * Where a server keeps decisions until a worker comes, one that nobody has acted on yet is made all the same; and whoever asks a
 * second time because of that may hear that it was made.
 */
function isMadeAlready(error: unknown): void {
  const code = error instanceof DurableFlowError ? error.code : undefined;
  if (code !== 'DF_RESTATE_PENDING' && code !== 'DF_APPROVAL_DECIDED') throw error;
}

/** The machine's clock, some time later. */
export const clockAhead = (ms: number): typeof systemClock => ({ ...systemClock, now: () => systemClock.now() + ms });

/** A process is let go when it has asked this often and there was nothing to decide. */
const mostVisits = 8;

/** Lets a process go on that does not know yet what has become of its run: where a server has it, news take their time. */
export function lettingNewsArrive(operator: Operator): Operator {
  let visits = 0;
  return async (desk) => (await operator(desk)) || (++visits < mostVisits && (await desk.place.isMoving()));
}

/** Lets a process that says it waits go on although nothing was decided: time, or another process, may have moved its run. */
export function patient(operator: Operator): Operator {
  let visits = 0;
  return async (desk) => (await operator(desk)) || ++visits < mostVisits;
}

/** A person comes back within this time, in milliseconds; a server that keeps one waiting for longer is of no use to trials. */
const longestVisit = 120_000;

/** An operator who comes back. Throws `DF_READINESS_ENGINE` where he would not. */
export function comingBack(operator: Operator, longest = longestVisit): Operator {
  return async (desk) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = () => new DurableFlowError('DF_READINESS_ENGINE', `the engine has kept the operator waiting for ${longest} ms`);
      timer = setTimeout(() => reject(error()), longest);
    });
    try {
      return await Promise.race([operator(desk), late]);
    } finally {
      clearTimeout(timer);
    }
  };
}

const ofEngine: ReadonlySet<string> = new Set(['DF_READINESS_ENGINE', 'DF_RESTATE_UNREACHABLE', 'DF_RESTATE_REFUSED']);

/** What the operator has met is no fault of the agent, and no answer to it: the trial says nothing. */
export const isOfEngine = (error: unknown): error is DurableFlowError => error instanceof DurableFlowError && ofEngine.has(error.code);
