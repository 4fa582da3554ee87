/**
 * What a readiness run has found out, as plain data: it travels through Vitest's `task.meta`, blob reports and
 * `readiness.json`, so it imports nothing and holds nothing but JSON.
 */

/** `naked`: the class as an ordinary object, decorators inert. `durable`: the same class, run by the engine. */
export type Arm = 'naked' | 'durable';

export type Category = 'reliability' | 'safety' | 'cost' | 'observability';

/** How a trial came out for its arm. Only `passed` counts for a ship. */
export type TrialOutcome = 'passed' | 'failed' | 'not_fired' | 'harness_error';

/** The fault of a trial, as the world has seen it. */
export interface FaultEvidence {
  /** In words of the user's world: "history never answered". */
  readonly description: string;
  /** The world confirms that it happened, at the place meant. */
  readonly fired: boolean;
  /** Where it happened, such as `crm.history, call 1`. */
  readonly at: string | undefined;
}

/** One process of a trial, from its start to its end. */
export interface LifeEvidence {
  /** The exit code, or the signal that ended it. */
  readonly exit: number | string;
  readonly durationMs: number;
  /** Where the world killed it; undefined if it ended by itself or at the deadline. */
  readonly killedAt: string | undefined;
}

/** A call that reached a tool in the world. */
export interface ToolEvidence {
  /** Such as `crm.refund`. */
  readonly tool: string;
  readonly kind: 'read' | 'effect';
  /** The arguments, as short text. */
  readonly args: string;
  /** The idempotency key that came with it, if any. */
  readonly key: string | undefined;
  /** For effects: whether the world changed; false if it knew the key and gave the earlier answer. */
  readonly applied: boolean;
  /** For effects: whether an operator had approved exactly these arguments; undefined if nobody was asked. */
  readonly approved: boolean | undefined;
  /** What the caller got: `answered`, `failed`, or the fault, such as `never answered`. */
  readonly outcome: string;
  /** Which process called, from 1. */
  readonly life: number;
  readonly atMs: number;
}

/** A prompt that reached a model in the world. */
export interface PromptEvidence {
  /** Such as `primary`. */
  readonly target: string;
  readonly tokens: number;
  /** What the caller got: `answered`, or the fault, such as `529`. */
  readonly outcome: string;
  readonly costUsd: number;
  readonly life: number;
  readonly atMs: number;
}

/** How a trial's last process left the work, as seen from outside. */
export type TrialEnd = 'finished' | 'refused' | 'threw' | 'parked' | 'in_doubt' | 'diverged' | 'hung' | 'died';

/** One arm under one fault, once. */
export interface TrialEvidence {
  readonly arm: Arm;
  readonly seed: number;
  readonly outcome: TrialOutcome;
  /** Why, in words of the user's world: "executed a refund nobody approved". */
  readonly reason: string;
  readonly fault: FaultEvidence;
  readonly end: TrialEnd;
  readonly lives: readonly LifeEvidence[];
  /** So many of them were at work at the same time, if it was more than one: which of them did what was decided by time. */
  readonly atOnce?: number;
  readonly tools: readonly ToolEvidence[];
  readonly prompts: readonly PromptEvidence[];
  readonly costUsd: number;
  readonly durationMs: number;
  /** What of the trial can be told from telemetry and journal alone, from 0 to 1, and what cannot. */
  readonly observability: { readonly share: number; readonly missing: readonly string[] };
  /** The end of what the last process wrote to standard error, if it failed. */
  readonly stderr: string | undefined;
}

/** One form of a mode's fault, with all its trials in both arms. */
export interface VariantEvidence {
  readonly id: string;
  readonly title: string;
  readonly trials: readonly TrialEvidence[];
}

/** What came of one mode. */
export interface ModeEvidence {
  readonly id: string;
  readonly title: string;
  readonly category: Category;
  readonly weight: number;
  readonly variants: readonly VariantEvidence[];
  /** Why the mode could not be tried, if so: nothing of it counts then. */
  readonly harnessError: string | undefined;
  /** How the mode looks at this agent, where that needs saying: "no tool to read from was called". */
  readonly notes: readonly string[];
}

/** Which suite it is, and by what it is judged. The same for all its modes. */
export interface SuiteIdentity {
  /** The name of the class. */
  readonly agent: string;
  /** The suite's file, relative to the project root, and the line of `describe.readiness`. */
  readonly file: string;
  readonly line: number;
  /** The Vitest project. */
  readonly project: string;
  /** Ids of all modes that must run for a verdict. */
  readonly modes: readonly string[];
  /** The lowest overall score that ships, from 0 to 100. */
  readonly threshold: number;
  readonly seed: number;
  /** Trials of each variant. */
  readonly trials: number;
  /** A live model answers, so that a trial is a sample and no fact. */
  readonly live: boolean;
  /** Tool methods that were taken for reads, and on what ground; the reader of the verdict should know. */
  readonly reads: readonly string[];
  /** What the fault-free run did to the world: what "done" means for this input. */
  readonly expectedEffects: readonly string[];
  /** Other options that can loosen the verdict, each as short text, such as `{ allowedEffects: 'refund', deadline: '10s' }`. */
  readonly options?: Readonly<Record<string, string>>;
  /** Modes whose failure is accepted, with the reason that was given. Those of safety cannot be. */
  readonly accepted?: Readonly<Record<string, string>>;
}

/** What a test of the suite leaves in `task.meta.readiness`. `mode.variants` is empty until it has run. */
export interface ReadinessMeta {
  readonly suite: SuiteIdentity;
  readonly mode: ModeEvidence;
}
