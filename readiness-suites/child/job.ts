import type { Arm } from '../evidence.js';
import type { Kill } from '../world/kill-plan.js';

/** What a process of a trial has to do. */
export interface Job {
  /** The suite's file, and which suite of it, from 0. */
  readonly file: string;
  readonly ordinal: number;
  readonly arm: Arm;
  /** Which process of the trial it is, from 1. */
  readonly life: number;
  /** Where the world listens. */
  readonly world: string;
  /** The engine's file, and the file of its telemetry. */
  readonly database: string;
  readonly telemetry: string;
  /** Where this process is to die, if it is to do so by itself: it tells the world and waits. */
  readonly kill: Kill | undefined;
  /** Which API the models of the world are reached by. */
  readonly modelApi: 'openai' | 'anthropic';
  /** A model that does not answer is given up after so long, so that another can be asked within the deadline. */
  readonly patienceMs: number;
  /** What `version` the class is registered as; its own if undefined. */
  readonly runId: string;
  /** Decisions must be signed with it. */
  readonly approvalSecret: string | undefined;
  /** The engine's clock is so many milliseconds ahead. */
  readonly aheadMs: number;
}

/** What a process tells its supervisor. */
export type ChildMessage =
  | { readonly type: 'begun' }
  /** The run waits for somebody. */
  | { readonly type: 'parked' }
  | { readonly type: 'ended' };

/** What the supervisor answers to `parked`: somebody has decided, or nobody will. */
export type SupervisorMessage = { readonly type: 'continue' } | { readonly type: 'stop' };
