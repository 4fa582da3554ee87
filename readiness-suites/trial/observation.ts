import type { History } from '../../sdk/store/index.js';
import type { PrefixReplay } from '../child/replay-prefixes.js';
import type { Arm, LifeEvidence, TrialEnd } from '../evidence.js';
import type { PromptEntry, ToolEntry } from '../world/world-log.js';

/** A question that the run put to an operator. */
export interface Gate {
  readonly method: string;
  readonly args: readonly unknown[];
  readonly digest: string;
  readonly verdict: string | undefined;
}

/** What was seen of one trial, all of it from outside of the agent's processes. */
export interface Observation {
  readonly arm: Arm;
  readonly end: TrialEnd;
  readonly lives: readonly LifeEvidence[];
  readonly tools: readonly ToolEntry[];
  readonly prompts: readonly PromptEntry[];
  /** Gates of the durable arm, as the operator found them. */
  readonly gates: readonly Gate[];
  /** Where faults happened and processes were killed. */
  readonly fired: readonly string[];
  readonly durationMs: number;
  /** How many processes were at work at the same time, at the most. */
  readonly atOnce: number;
  /** None of its processes had done anything before. */
  readonly inOwnProcess: boolean;
  /** The end of what the last process wrote to standard error. */
  readonly stderr: string;
  /** What all processes wrote to standard output and standard error. */
  readonly output: string;
  /** The same of each process. */
  readonly stderrs?: readonly string[];
  /** What came of replaying, in a trial that replays. */
  readonly replays?: readonly PrefixReplay[] | undefined;
  /** The verbs of all writes to the engine's file, of the last process, if it was asked for them. */
  readonly writes?: readonly string[] | undefined;
  /** What the engine's files say of the trial; undefined for the naked arm, which has none. */
  readonly record: TrialRecord | undefined;
}

/** The engine's own record of a trial, read after its processes are gone. */
export interface TrialRecord {
  readonly status: string;
  /** What the run ended with, if it threw. */
  readonly error: string | undefined;
  /** What the run returned, if it did. */
  readonly output?: unknown;
  /** All that is on record of the run. */
  readonly history?: History;
  /** Methods whose outcome is on record, in order. */
  readonly steps: readonly { readonly call: number; readonly method: string; readonly outcome: string; readonly attempts: number }[];
  readonly effects: readonly { readonly call: number; readonly method: string; readonly key: string; readonly state: string }[];
  /** Questions to models that are in the journal, in order, with what the provider reported. */
  readonly modelCalls: readonly {
    readonly target: string | undefined;
    readonly inputTokens: number | undefined;
    readonly costUsd: number | undefined;
  }[];
  /** Calls that were on record when a process was killed. */
  readonly finishedAtKill: readonly { readonly life: number; readonly calls: readonly number[] }[];
  /** The lines of the telemetry, with the process that wrote them. */
  readonly events: readonly TelemetryLine[];
  /** The telemetry as written. */
  readonly telemetry: string;
}

/** An event as it was written; `life` is the process, from 1. */
export interface TelemetryLine {
  readonly life: number;
  readonly event: string;
  readonly [field: string]: unknown;
}

/** Effects that changed the world. */
export const effectsOf = ({ tools }: Observation): ToolEntry[] => tools.filter(({ kind, applied }) => kind === 'effect' && applied);

export const costOf = ({ prompts }: Observation): number => prompts.reduce((sum, { costUsd }) => sum + costUsd, 0);
