import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { ArmId } from '../arm.js';
import { seconds, type Micros } from '../time.js';
import { billedKinds, type ArmRun, type Billed, type Violation } from './arm-run.js';
import { spanFactors, type Spread } from './colony-result.js';

/** Steps of the completion curve, in times of the ideal span. */
const curveStep = 0.1;
const curveEnd = 6;

/** Violations that are kept in words. */
const wordsKept = 20;

/** What one batch adds to the measures: the unit that intervals are drawn over. */
export interface SeedFigures {
  readonly seed: number;
  /** Of all jobs, by the factors of `spanFactors`. */
  readonly completion: readonly number[];
  readonly done: number;
  readonly useful: Micros;
  readonly leased: Micros;
  readonly costUsd: number;
}

/** Adds up what an arm made of one seed after the other, in memory that does not grow with the losses. */
export class ArmTally {
  readonly arm: ArmId;
  readonly seeds: SeedFigures[] = [];
  readonly billed: { -readonly [Kind in keyof Billed]: Micros };
  readonly landed = { destroy: 0, pause: 0, notice: 0 };
  readonly effects = { keys: 0, duplicates: 0, mostOfOneKey: 0 };
  readonly firstViolations: (Violation & { readonly seed: number })[] = [];
  interventions = 0;
  violations = 0;
  readonly #jobs: number;
  readonly #idealSpan: Micros;
  readonly #doneBy: number[] = Array.from({ length: curveEnd / curveStep + 1 }, () => 0);
  readonly #lostWork = spread();
  readonly #detect = spread();
  readonly #recover = spread();
  readonly #regain = spread();

  constructor(arm: ArmId, jobs: number, idealSpan: Micros) {
    this.arm = arm;
    this.#jobs = jobs;
    this.#idealSpan = idealSpan;
    this.billed = Object.fromEntries(billedKinds.map((kind) => [kind, 0])) as Record<keyof Billed, Micros>;
  }

  add(run: ArmRun): void {
    const done = run.jobs.flatMap(({ doneAt }) => (doneAt === undefined ? [] : [doneAt / this.#idealSpan]));
    this.seeds.push({
      seed: run.seed,
      completion: spanFactors.map((factor) => done.filter((at) => at <= factor).length / this.#jobs),
      done: done.length,
      useful: run.billed.useful,
      leased: run.leased,
      costUsd: run.costUsd,
    });
    for (const at of done) {
      const step = Math.ceil(at / curveStep - 1e-9);
      if (step < this.#doneBy.length) this.#doneBy[step]!++;
    }
    for (const kind of billedKinds) this.billed[kind] += run.billed[kind];
    for (const kind of ['destroy', 'pause', 'notice'] as const) this.landed[kind] += run.landed[kind];
    this.effects.keys += run.effects.keys;
    this.effects.duplicates += run.effects.duplicates;
    this.effects.mostOfOneKey = Math.max(this.effects.mostOfOneKey, run.effects.mostOfOneKey);
    this.interventions += run.interventions;
    for (const { lostWork, detect, recover, regain } of run.recoveries) {
      this.#lostWork.record(lostWork);
      if (detect !== undefined) this.#detect.record(detect);
      if (recover !== undefined) this.#recover.record(recover);
      if (regain !== undefined) this.#regain.record(regain);
    }
    this.note(run.seed, run.violations);
  }

  note(seed: number, violations: readonly Violation[]): void {
    this.violations += violations.length;
    for (const violation of violations) if (this.firstViolations.length < wordsKept) this.firstViolations.push({ seed, ...violation });
  }

  /** When jobs completed, as fractions of all. */
  get curve(): { readonly factor: number; readonly rate: number }[] {
    let sum = 0;
    const all = this.seeds.length * this.#jobs;
    return this.#doneBy.map((count, step) => ({ factor: Number((step * curveStep).toFixed(1)), rate: (sum += count) / all }));
  }

  get recoveryPoint(): Spread | undefined {
    return this.#lostWork.spread();
  }

  get detection(): Spread | undefined {
    return this.#detect.spread();
  }

  get recovery(): Spread | undefined {
    return this.#recover.spread();
  }

  get regaining(): Spread | undefined {
    return this.#regain.spread();
  }
}

/** A histogram of spans, in milliseconds, right to three figures. */
function spread(): { record(span: Micros): void; spread(): Spread | undefined } {
  const histogram: RecordableHistogram = createHistogram({ lowest: 1, highest: 10 ** 12, figures: 3 });
  let zeros = 0;
  return {
    record(span) {
      const ms = Math.round(span / 1000);
      // A histogram of Node begins at 1.
      if (ms < 1) zeros++;
      else histogram.record(ms);
    },
    spread() {
      const count = zeros + histogram.count;
      if (count === 0) return undefined;
      const at = (share: number) => {
        const rank = Math.ceil(share * count) - zeros;
        return rank <= 0 ? 0 : seconds(histogram.percentile((100 * rank) / histogram.count) * 1000);
      };
      return { count, median: at(0.5), p95: at(0.95), max: histogram.count > 0 ? seconds(histogram.max * 1000) : 0 };
    },
  };
}
