import type { ArmId } from '../arm.js';
import type { LossKind } from '../schedule/loss-schedule.js';
import type { Micros } from '../time.js';

/** What one arm made of one schedule: plain data, and all that measures and reports know. */
export interface ArmRun {
  readonly arm: ArmId;
  readonly seed: number;
  readonly scheduleHash: string;
  readonly jobs: readonly JobResult[];
  /** Events that met a machine. */
  readonly landed: Readonly<Record<LossKind, number>>;
  readonly billed: Billed;
  /** From acquisition to release or loss, over all machines; measured apart from `billed`. */
  readonly leased: Micros;
  readonly costUsd: number;
  /** When the last machine was given back. */
  readonly span: Micros;
  readonly recoveries: readonly Recovery[];
  readonly effects: EffectCount;
  readonly interventions: number;
  readonly violations: readonly Violation[];
  /** For a picture; only if asked for. */
  readonly leases?: readonly MachineLease[];
}

export interface JobResult {
  readonly id: string;
  /** When its result was there; undefined if it never was. */
  readonly doneAt: Micros | undefined;
  readonly attempts: number;
  /** SHA-256 of the result. */
  readonly digest: string | undefined;
  /** Why it will never be there, if not for losses alone: what it threw, whom it waits for, or that there was no money for it. */
  readonly failure?: string;
}

/** What the time of machines went into; the parts add up to what is paid for. */
export interface Billed {
  /** Work that is part of the result of a job, each stage once. */
  readonly useful: Micros;
  /** Work that came to nothing: it was under way or unrecorded when its machine was lost, or its job was given up. */
  readonly lost: Micros;
  /** Node-local work that was done before, on another machine. */
  readonly redo: Micros;
  readonly checkpoint: Micros;
  readonly restore: Micros;
  readonly provision: Micros;
  readonly idle: Micros;
}

export const billedKinds = [
  'useful',
  'lost',
  'redo',
  'checkpoint',
  'restore',
  'provision',
  'idle',
] as const satisfies readonly (keyof Billed)[];

/** What became of a job whose machine was lost; spans are counted from the loss, which is when nothing more was heard of it. */
export interface Recovery {
  readonly job: string;
  readonly slot: number;
  readonly at: Micros;
  /** Work of the job that has to be done again. */
  readonly lostWork: Micros;
  /** Until the runner knew; undefined if the batch was over before. */
  readonly detect: Micros | undefined;
  /** Until new work on the job began; undefined if none did. */
  readonly recover: Micros | undefined;
  /** Until the job was as far as it had been. */
  readonly regain: Micros | undefined;
}

/** What the world outside has received. */
export interface EffectCount {
  readonly keys: number;
  /** Deliveries beyond the first, over all keys. */
  readonly duplicates: number;
  readonly mostOfOneKey: number;
}

/** A promise of the protocol that was not kept. */
export interface Violation {
  readonly invariant: Invariant;
  readonly detail: string;
}

export type Invariant =
  | 'committed_stage_reran'
  | 'effect_twice'
  | 'schedule_differs'
  | 'output_differs'
  | 'stale_writer'
  | 'over_budget'
  | 'lease_leak'
  | 'time_unaccounted';

/** One machine on a slot, from acquisition to its end. */
export interface MachineLease {
  readonly slot: number;
  readonly acquiredAt: Micros;
  readonly endedAt: Micros;
  readonly end: 'released' | 'destroyed' | 'abandoned';
  /** What it did when. */
  readonly spans: readonly { readonly kind: MachineState; readonly job: string | undefined; readonly from: Micros; readonly to: Micros }[];
}

/** What a machine does at a moment: `prepare` is the node-local part of a job, and `paused` is standing still. */
export type MachineState = 'provision' | 'idle' | 'restore' | 'prepare' | 'work' | 'checkpoint' | 'paused';
