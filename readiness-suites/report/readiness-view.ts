/**
 * A readiness report as people read it: words and figures, in the order in which they matter. It is all that renderers
 * know; every text in it stands on one line, is bounded, and holds no character that a terminal would obey.
 */

/** How something is to be taken; a renderer gives it a colour and a sign. `none`: there is nothing to take. */
export type Tone = 'good' | 'bad' | 'unsure' | 'none';

export interface ReadinessView {
  readonly verdict: VerdictView;
  /** Why the run says less than its suites. */
  readonly reservations: readonly string[];
  /** The agents, the one that decides first. */
  readonly agents: readonly AgentView[];
  /** What the rules were compared with. */
  readonly baseline: string;
  readonly changes: readonly RuleChange[];
  /** When, by what, and for how long. */
  readonly run: readonly Fact[];
}

export interface VerdictView {
  readonly tone: Tone;
  /** Such as `NO SHIP`. */
  readonly word: string;
  readonly sentence: string;
}

export interface RuleChange {
  readonly tone: Tone;
  readonly text: string;
}

export interface Fact {
  readonly label: string;
  readonly text: string;
}

/** Points of both arms, whole numbers from 0 to 100; undefined where nothing was tried. */
export interface PairView {
  readonly naked: number | undefined;
  readonly durable: number | undefined;
  readonly delta: number | undefined;
}

export interface AgentView {
  readonly name: string;
  /** Where its suite stands: `test/refund.test.ts:12`. */
  readonly place: string;
  readonly verdict: VerdictView;
  readonly blocker: BlockerView | undefined;
  readonly score: PairView & { readonly threshold: number };
  /** What the engine makes of the agent, in a sentence; empty if it cannot be said. */
  readonly durability: string;
  readonly categories: readonly (PairView & { readonly name: string })[];
  /** At most five. */
  readonly headlines: readonly Headline[];
  readonly modes: readonly ModeView[];
  /** The rules in force. */
  readonly rules: readonly Fact[];
}

export interface BlockerView {
  /** The mode, or the category. */
  readonly title: string;
  readonly reason: string;
  /** The command that shows it again. */
  readonly reproduce: string | undefined;
}

/** One figure in both arms. */
export interface Headline {
  readonly label: string;
  readonly naked: string;
  readonly durable: string;
}

export interface ModeView {
  readonly title: string;
  readonly category: string;
  /** Its part of the weight of all modes, in percent. */
  readonly weight: number;
  readonly naked: CellView;
  readonly durable: CellView;
  /** Why it did not pass; empty if it did. */
  readonly reason: string;
  readonly reproduce: string | undefined;
  readonly notes: readonly string[];
  /** Every trial, in order. */
  readonly dots: readonly Dot[];
  /** The trials that did not pass, those of the durable arm first. */
  readonly failures: readonly TrialView[];
  /** How many more there are. */
  readonly moreFailures: number;
}

export interface CellView {
  readonly tone: Tone;
  readonly word: string;
  /** Such as `8 of 8`; empty if nothing was tried. */
  readonly count: string;
}

export type ArmView = 'naked' | 'durable';

export interface Dot {
  readonly arm: ArmView;
  readonly tone: Tone;
  readonly title: string;
}

export interface TrialView {
  readonly arm: ArmView;
  readonly tone: Tone;
  readonly title: string;
  readonly reason: string;
  readonly facts: readonly Fact[];
  readonly timeline: TimelineView;
  readonly calls: readonly CallView[];
  readonly moreCalls: number;
  /** The last lines of standard error. */
  readonly stderr: readonly string[];
}

export interface TimelineView {
  readonly endMs: number;
  readonly processes: readonly ProcessView[];
  readonly marks: readonly MarkView[];
}

export interface ProcessView {
  readonly label: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly end: string;
  /** It was killed at its end, or never ended by itself. */
  readonly killed: boolean;
}

export interface MarkView {
  readonly process: number;
  readonly atMs: number;
  readonly kind: 'read' | 'effect' | 'prompt';
  /** The fault happened here. */
  readonly isFault: boolean;
  readonly label: string;
}

/** A call of a tool or of a model, as the world has logged it. */
export interface CallView {
  readonly time: string;
  readonly process: number;
  readonly kind: 'read' | 'effect' | 'prompt';
  readonly what: string;
  readonly outcome: string;
  readonly isFault: boolean;
}
