import type { Plan } from '../plan.js';
import type { Tier } from '../target.js';

/** A budget that a request is charged to. */
export interface ChargedBudget {
  readonly id: string;
  /** The budget, and the day if it is a daily one. */
  readonly key: string;
  readonly limitMicros: number;
}

/** What a request's run is started with. The prompt is kept beside it, so that it can be deleted when the run has ended. */
export interface RunInput {
  readonly requestId: string;
  readonly plan: Plan;
  /** By target: what the chain may escalate to depends on it. */
  readonly tiers: Readonly<Record<string, Tier>>;
  readonly budget: ChargedBudget | undefined;
  readonly streamed: boolean;
  /** Asked beside the answer of another request, to learn of a target. */
  readonly shadow: boolean;
  /** In milliseconds since the epoch; the ceiling of latency counts from here. */
  readonly receivedAt: number;
  /** Charged to the request before this run began. */
  readonly chargedMicros: number;
  /** Of the request, to know it again by. */
  readonly requestDigest: string;
  /** Keep the answer for who asks again with the same key. */
  readonly keyed: boolean;
}

/** How a run came out. `reason` says why there is no answer. */
export interface RunOutcome {
  readonly state: 'answered' | 'failed' | 'infeasible' | 'abandoned';
  readonly reason: 'rejected' | 'budget' | 'latency' | 'attempts' | undefined;
}
