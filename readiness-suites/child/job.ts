import type { History } from '../../sdk/store/index.js';
import type { EngineAddress } from '../engine/engine-address.js';
import type { Arm } from '../evidence.js';
import type { Kill, ReplyKill, WriteKill } from '../world/kill-plan.js';
import type { CodeChange } from './changed-class.js';
import type { TokenCount } from './known-counts.js';
import type { PrefixReplay } from './replay-prefixes.js';

/** What is different about a process of a trial, beside its arm. */
export interface Circumstances {
  /** It has another class than its predecessors. */
  readonly change?: CodeChange;
  /** For the agent's code it is another day, in another time zone. */
  readonly anotherDay?: boolean;
  /** It begins its work at the same moment as others: so many they are, itself included. */
  readonly together?: number;
  /** How long its lease on the run lasts without a sign of life, in milliseconds. Default: so long that a busy machine is no fault. */
  readonly leaseMs?: number;
  /** It does no work, but replays this. */
  readonly replay?: History;
  /** It tells which writes to the engine's file it has made. */
  readonly countWrites?: boolean;
}

/** What a process is, before it has anything to do. */
export interface ProcessStart {
  /** The suite's file, and which suite of it, from 0. */
  readonly file: string;
  readonly ordinal: number;
  /** It is a crash test of this name, and not one of the suites. */
  readonly named: string | undefined;
  /** Which API the models of the world are reached by. */
  readonly modelApi: 'openai' | 'anthropic';
  readonly anotherDay: boolean;
  /** How many tokens texts have that others have counted. */
  readonly counts: readonly TokenCount[];
}

/** What a process of a trial has to do. */
export interface Job {
  /** It may do another job after this one, if this one leaves nothing behind. */
  readonly mayStay: boolean;
  readonly arm: Arm;
  /** What the agent's randomness is drawn from. */
  readonly randomness: string;
  /** Which process of the trial it is, from 1. */
  readonly life: number;
  /** Where the world listens. */
  readonly world: string;
  /** Where the engine is found, and the file of its telemetry. */
  readonly engine: EngineAddress;
  readonly telemetry: string;
  /** Where this process is to be struck, if that is for itself to notice: it tells the world and waits. */
  readonly kill: Kill | ReplyKill | undefined;
  readonly writeKill: WriteKill | undefined;
  /** Which API the models of the world are reached by. */
  readonly modelApi: 'openai' | 'anthropic';
  /** A model that does not answer is given up after so long, so that another can be asked within the deadline. */
  readonly patienceMs: number;
  readonly runId: string;
  /** Decisions must be signed with it. */
  readonly approvalSecret: string | undefined;
  /** The engine's clock is so many milliseconds ahead. */
  readonly aheadMs: number;
  readonly circumstances: Circumstances;
}

/** What a process tells its supervisor. */
export type ChildMessage =
  | { readonly type: 'begun' }
  /** The engine can give it work at this port. */
  | { readonly type: 'serving'; readonly port: number }
  /** The run waits for somebody. */
  | { readonly type: 'parked' }
  | {
      readonly type: 'ended';
      readonly writes: readonly string[] | undefined;
      readonly replays: readonly PrefixReplay[] | undefined;
      /** The agent threw; what, is on standard error. */
      readonly threw: boolean;
      /** Texts that it was the first to count. */
      readonly counts: readonly TokenCount[];
      /** What it has left behind in the process, in words; undefined if the process ends with it. */
      readonly leftovers: readonly string[] | undefined;
    };

/** The exit code of an agent that threw, so that it can be told from a process that broke. */
export const threwExitCode = 70;

/** Ends what a job has written to standard output, and to standard error, if the process stays. */
export const endOfOutput = '\0\0end of output\0\0\n';

/** What the supervisor answers to `parked`: somebody has decided, or nobody will. */
export type SupervisorMessage = { readonly type: 'continue' } | { readonly type: 'stop' };
