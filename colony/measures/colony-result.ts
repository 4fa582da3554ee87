import type { ArmId } from '../arm.js';
import type { Billed, MachineLease, Violation } from './arm-run.js';

/** A measured number with the ends of its 95% interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Times of the ideal span within which jobs are counted as completed. */
export const spanFactors = [1.25, 1.5, 2, 3] as const;

export type SpanFactor = (typeof spanFactors)[number];

/** What `benchmark_result.json` holds, and all that tables, pages and verdicts know. */
export interface ColonyResult {
  readonly schema: 'durableflow.colony/1';
  readonly job: string;
  /** In which the machines were lost: computed, real processes, or the simulator driven by a trace. */
  readonly mode: 'sim' | 'real' | 'replay';
  /** What the durable arms ran on; absent if that was SQLite. */
  readonly engine?: 'Restate';
  readonly profile: string;
  /** Losses of a machine while a job of this length runs on it, on average. */
  readonly lossesPerJob: number;
  readonly seeds: readonly number[];
  readonly schedule: { readonly source: string; readonly events: number; readonly hash: string };
  readonly protocol: {
    readonly jobs: number;
    readonly stages: readonly { readonly method: string; readonly seconds: number; readonly calls: number }[];
    readonly prepareSeconds: number;
    readonly slots: number;
    readonly retries: number;
    readonly delaySeconds: { readonly detect: number; readonly provision: number; readonly restore: number; readonly checkpoint: number };
    readonly pricesPerHour: { readonly spot: number; readonly onDemand: number };
    readonly horizonSeconds: number;
    readonly budgetUsd: number;
    /** How much faster than the trace, or than the stated seconds, the machines' time went. */
    readonly compression: number;
  };
  readonly arms: readonly ArmSummary[];
  /** Durable against naive with the same retries, paired by seed. */
  readonly comparisons: readonly Comparison[];
  readonly faultFree: { readonly naiveSeconds: number; readonly durableSeconds: number; readonly overhead: number };
  readonly outputDigest: string;
  /** Of the first seed, for the picture of the slots. */
  readonly picture?: readonly { readonly arm: ArmId; readonly spanSeconds: number; readonly leases: readonly MachineLease[] }[];
  /** Of real processes: what was done to them, by arm and over all seeds. */
  readonly processes?: readonly ProcessFigures[];
  /** When and how long it ran: nothing here is the same twice. */
  readonly measured: { readonly startedAt: string; readonly durationMs: number; readonly node: string; readonly durableflow: string };
}

export interface ProcessFigures {
  readonly arm: ArmId;
  /** Where machines stood when they were killed. */
  readonly kills: Readonly<Record<'before_start' | 'mid_stage' | 'after_effect' | 'after_commit' | 'anywhere', number>>;
  /** Machines that were taken for lost, came back, and were not let write. */
  readonly fenced: number;
  /** How many controllers it took; one for each batch, and one more whenever it was killed. */
  readonly controllers: number;
  /** Machines that a dead controller had left behind and the next one killed. */
  readonly orphans: number;
}

export interface ArmSummary {
  readonly arm: ArmId;
  /** Of all jobs, by times of the ideal span; a fraction of 1. */
  readonly completion: readonly { readonly factor: SpanFactor; readonly rate: Estimate }[];
  /** Of all jobs, by the end of the batch. */
  readonly completed: Estimate;
  /** When jobs completed, as fractions of all jobs, by times of the ideal span: for a curve. */
  readonly curve: readonly { readonly factor: number; readonly rate: number }[];
  /** Useful time over billed time. */
  readonly goodput: Estimate;
  /** Billed seconds of one batch, on average. */
  readonly billedSeconds: Readonly<Record<keyof Billed, number>>;
  /** What a completed job cost, in US dollars; undefined if none completed. */
  readonly costPerJobUsd: Estimate | undefined;
  /** 1 − the cost per job over that of the on-demand arm. */
  readonly savings: Estimate | undefined;
  /** Work lost in a kill that met a job, in seconds. */
  readonly recoveryPointSeconds: Spread | undefined;
  readonly secondsToDetect: Spread | undefined;
  readonly secondsToRecover: Spread | undefined;
  readonly secondsToRegain: Spread | undefined;
  readonly landed: { readonly destroy: number; readonly pause: number; readonly notice: number };
  readonly kills: number;
  readonly effects: { readonly keys: number; readonly duplicates: number; readonly mostOfOneKey: number };
  readonly interventions: number;
  /** All that were seen, at most 20 of them in words. */
  readonly violations: { readonly count: number; readonly first: readonly (Violation & { readonly seed: number })[] };
  /** With no violation seen in n batches, the true rate is below this at 95%: 3/n. */
  readonly violationBound: number | undefined;
}

export interface Spread {
  readonly count: number;
  readonly median: number;
  readonly p95: number;
  readonly max: number;
}

export interface Comparison {
  readonly naive: ArmId;
  readonly durable: ArmId;
  /** In points of a hundred, by times of the ideal span. */
  readonly completionDelta: readonly { readonly factor: SpanFactor; readonly points: Estimate }[];
  /** Cost per completed job, durable over naive; 0 if only the naive arm completed none, undefined if the durable one did. */
  readonly costRatio: Estimate | undefined;
  /** For a picture: the delta at 1.5 times the ideal span, by seed. */
  readonly deltas: readonly number[];
}

/** One point of the break-even curve. */
export interface BreakEvenPoint {
  readonly lossesPerJob: number;
  readonly comparisons: readonly Comparison[];
}
