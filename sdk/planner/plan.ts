import type { Constraints, Objective } from './constraints.js';

/** What kind of work a request is; version 1 of the taxonomy. */
export const taxonomyVersion = 1;
export const taskClasses = ['json_extraction', 'code', 'summarization', 'chat', 'other'] as const;
export type TaskClass = (typeof taskClasses)[number];

/** How much the success rate is worth: `low` until there are enough verified answers. */
export type Confidence = 'low' | 'medium' | 'high';

/** What a target is expected to do with one request. */
export interface Estimate {
  /** With the length of answer that is usual, and with the longest that is allowed; in US dollars. */
  readonly costUsd: number;
  readonly worstCaseUsd: number;
  readonly latencyP50Ms: number;
  readonly latencyP95Ms: number;
  /** Of answers that could be verified. `rate` is undefined without any; `lower` and `upper` bound it at 95%. */
  readonly success: { readonly rate: number | undefined; readonly lower: number; readonly upper: number; readonly samples: number };
  readonly confidence: Confidence;
}

/** What became of a target when the plan was made. `reason` is plain words without ids, such as "its region is us, not eu". */
export interface Candidate {
  readonly targetId: string;
  readonly targetName: string;
  readonly verdict: 'primary' | 'escalation' | 'shadow' | 'not_needed' | 'excluded';
  /** The constraint that excluded it; undefined if none did. */
  readonly constraint: HardConstraint | undefined;
  readonly reason: string;
  readonly estimate: Estimate | undefined;
}

export const hardConstraints = [
  'enabled', 'privacy', 'region', 'tier_floor', 'capability', 'context_window', 'health', 'max_cost', 'max_latency', 'budget',
] as const; // prettier-ignore
export type HardConstraint = (typeof hardConstraints)[number];

/** One step of the chain. */
export interface PlannedStep {
  readonly targetId: string;
  readonly targetName: string;
  readonly model: string;
  readonly estimate: Estimate;
}

/** Why nothing may be asked, and what would change that, each as a whole sentence. */
export interface Infeasible {
  readonly code: 'infeasible' | 'budget_exhausted';
  readonly constraint: HardConstraint;
  readonly message: string;
  readonly wouldChange: readonly string[];
}

/** What is to be done with one request. Plain data: it is the input of the durable run, and what the trace is drawn from. */
export interface Plan {
  readonly version: 1;
  readonly taxonomyVersion: typeof taxonomyVersion;
  readonly taskClass: TaskClass;
  readonly constraints: Constraints;
  /** The objective that was used, and why if it is not the one asked for. */
  readonly objective: Objective;
  readonly objectiveBecause: string | undefined;
  readonly promptTokens: number;
  readonly maxOutputTokens: number;
  /** In the order in which they are asked; empty if the plan is infeasible. */
  readonly chain: readonly PlannedStep[];
  readonly shadow: PlannedStep | undefined;
  readonly candidates: readonly Candidate[];
  readonly infeasible: Infeasible | undefined;
  /** Whether the plan came from the cache. */
  readonly cached: boolean;
  /** A model that was named outright: no planning, no escalation. */
  readonly direct: boolean;
}
