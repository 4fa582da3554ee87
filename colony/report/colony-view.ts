import type { ArmId } from '../arm.js';
import type { Billed, MachineLease, MachineState } from '../measures/arm-run.js';
import type { Fact, Tone, VerdictView } from '../../readiness-suites/report/readiness-view.js';

/**
 * The result of a benchmark as people read it: words and figures, in the order in which they matter, and the numbers that
 * are drawn. It is all that renderers know; every text in it is bounded and holds no character that a terminal would obey.
 */
export interface ColonyView {
  readonly verdict: VerdictView;
  readonly reasons: readonly string[];
  /** Durable against naive, the pair that is judged first. */
  readonly deltas: readonly DeltaView[];
  /** The arms, in the order of the columns; those with equal retries stand side by side. */
  readonly arms: readonly ArmView[];
  readonly measures: readonly MeasureView[];
  /** What the short names of the arms and the second lines of the cells mean. */
  readonly legend: string;
  /** At most 20 promises that were not kept. */
  readonly violations: readonly string[];
  readonly breakEven: readonly BreakEvenRow[];
  readonly seedCompat: readonly SeedCompatView[];
  /** Protocol, losses and what landed. */
  readonly facts: readonly Fact[];
  /** When, by what, and for how long. */
  readonly run: readonly Fact[];
  readonly plots: PlotsView;
}

export interface ArmView {
  readonly id: ArmId;
  /** At most ten columns wide: `durable ≤2`. */
  readonly name: string;
  readonly title: string;
}

/** A figure with its interval; the tone says whether the interval lies on one side of no difference. */
export interface FigureView {
  readonly tone: Tone;
  readonly text: string;
  /** Such as `points`; empty for a ratio. */
  readonly unit: string;
  readonly interval: string;
}

export interface DeltaView {
  /** Such as `durable against from scratch, no limit on retries`. */
  readonly title: string;
  /** The verdict rests on it. */
  readonly judged: boolean;
  /** Points of completion, by times of the ideal span. */
  readonly points: readonly (FigureView & { readonly factor: number; readonly foremost: boolean })[];
  /** Cost of a completed job, durable over naive; undefined where an arm completed none. */
  readonly cost: FigureView | undefined;
}

/** A measure in every arm. */
export interface MeasureView {
  readonly label: string;
  readonly meaning: string;
  readonly cells: readonly CellView[];
}

export interface CellView {
  readonly tone: Tone;
  readonly text: string;
  /** An interval, a bound or a percentile; empty if there is none. */
  readonly note: string;
}

export interface BreakEvenRow {
  readonly lossesPerJob: string;
  readonly pair: string;
  readonly points: FigureView;
  readonly cost: FigureView | undefined;
  readonly tone: Tone;
  /** Such as `loses: it costs more`. */
  readonly word: string;
}

export interface SeedCompatView {
  readonly row: string;
  readonly naive: string;
  readonly durable: string;
}

/** Numbers that are drawn. */
export interface PlotsView {
  readonly breakEven: readonly BreakEvenLine[];
  readonly deltas: readonly DeltaBars[];
  readonly curves: readonly CurveLine[];
  readonly billed: readonly { readonly arm: string; readonly seconds: Readonly<Record<keyof Billed, number>> }[];
  readonly slots: readonly SlotsPicture[];
}

export interface BreakEvenLine {
  readonly pair: string;
  /** The retries of both, such as `no limit on retries`. */
  readonly budget: string;
  readonly judged: boolean;
  readonly points: readonly {
    readonly lossesPerJob: number;
    readonly delta: Bounds;
    readonly cost: Bounds | undefined;
    readonly loses: boolean;
  }[];
}

export interface Bounds {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** How many seeds have which delta; a bar is `width` points wide, and one of them has zero in its middle. */
export interface DeltaBars {
  readonly pair: string;
  readonly budget: string;
  readonly seeds: number;
  readonly width: number;
  readonly bars: readonly { readonly middle: number; readonly seeds: number }[];
  readonly better: number;
  readonly same: number;
  readonly worse: number;
}

export interface CurveLine {
  readonly id: ArmId;
  readonly arm: string;
  /** Times of the ideal span, and jobs completed in percent. */
  readonly points: readonly (readonly [factor: number, percent: number])[];
}

export interface SlotsPicture {
  readonly arm: string;
  readonly spanSeconds: number;
  readonly slots: number;
  readonly machines: readonly {
    readonly slot: number;
    readonly fromSeconds: number;
    readonly toSeconds: number;
    readonly end: MachineLease['end'];
    readonly spans: readonly {
      readonly kind: SpanKind;
      readonly job: string | undefined;
      readonly fromSeconds: number;
      readonly toSeconds: number;
    }[];
  }[];
}

export type BilledKind = keyof Billed;

/** What a machine did, or that its work came to nothing. */
export type SpanKind = MachineState | 'lost';
