import type { Arm, Category } from '../evidence.js';
import type { ModeResult } from './mode-result.js';
import type { ModeScore } from './score-mode.js';

/** Points from 0 to 100 in both arms; undefined where nothing was tried. */
export interface Points {
  readonly naked: number | undefined;
  readonly durable: number | undefined;
}

/** What a suite's modes come to. */
export interface SuiteScore {
  /** Of what was tried; the modes that were not are left out. */
  readonly overall: Points;
  readonly categories: Readonly<Record<Category, Points>>;
  /** The overall score of the durable arm, at least and at most, whatever is still unknown. */
  readonly atLeast: number;
  readonly atMost: number;
  /** What cannot be told of trials of the durable arm afterwards, each thing once. */
  readonly untold: readonly string[];
}

export const categories: readonly Category[] = ['reliability', 'safety', 'cost', 'observability'];

/** How much of the overall score is what can be told afterwards, which is measured in the trials of all modes. */
export const observabilityShare = 0.1;

/** Something with a weight that counts for a category. */
interface Item {
  readonly category: Category | undefined;
  readonly weight: number;
  readonly naked: number | undefined;
  readonly durable: number | undefined;
  readonly atLeast: number;
  readonly atMost: number;
}

/**
 * Adds the modes up by their weights. A mode that held counts in full and any other not at all, because a fault that is
 * survived most of the time is not survived; of a live model's mode, the proven rate counts.
 */
export function scoreSuite(results: readonly ModeResult[], modes: readonly ModeScore[]): SuiteScore {
  const live = results.some(({ suite }) => suite.live);
  const counting = modes.filter(({ status }) => status !== 'not_applicable');
  const items = counting.map((mode): Item => modeItem(mode, live));
  const total = sum(items, ({ weight }) => weight);
  const isWhole = modes.every(({ gap }) => gap === undefined);
  const all = [...items, observabilityItem(results, (total * observabilityShare) / (1 - observabilityShare), isWhole)];
  const pointsOf = (items: readonly Item[]): Points => ({ naked: points(items, 'naked'), durable: points(items, 'durable') });
  return {
    overall: pointsOf(all),
    categories: Object.fromEntries(
      categories.map((category) => [category, pointsOf(all.filter((item) => item.category === category))]),
    ) as SuiteScore['categories'],
    atLeast: mean(all, ({ atLeast }) => atLeast) ?? 0,
    // A mode of which nothing is known may weigh anything.
    atMost: modes.some(({ category }) => category === undefined) ? 100 : (mean(all, ({ atMost }) => atMost) ?? 0),
    untold: [...new Set(trialsOf(results, 'durable').flatMap(({ observability }) => observability.missing))].toSorted(),
  };
}

function modeItem({ category, weight, naked, durable }: ModeScore, live: boolean): Item {
  const worth = (arm: ModeScore[Arm]) => (arm.tried === 0 ? undefined : live ? arm.atLeast : Number(arm.held));
  return { category, weight, naked: worth(naked), durable: worth(durable), atLeast: durable.atLeast, atMost: durable.atMost };
}

/** The mean share of what can be told, each mode counting alike. */
function observabilityItem(results: readonly ModeResult[], weight: number, isWhole: boolean): Item {
  const shareOf = (arm: Arm) => {
    const means = results.flatMap(
      (result) => average(trialsOf([result], arm).map(({ observability }) => clamp(observability.share))) ?? [],
    );
    return average(means);
  };
  const durable = shareOf('durable');
  const known = isWhole && durable !== undefined;
  return {
    category: 'observability',
    weight,
    naked: shareOf('naked'),
    durable,
    atLeast: known ? durable : 0,
    atMost: known ? durable : 1,
  };
}

function trialsOf(results: readonly ModeResult[], arm: Arm) {
  const trials = results.flatMap(({ mode }) => mode.variants.flatMap(({ trials }) => trials));
  return trials.filter((trial) => trial.arm === arm && (trial.outcome === 'passed' || trial.outcome === 'failed'));
}

const points = (items: readonly Item[], arm: Arm) => {
  const known = items.filter((item) => item[arm] !== undefined);
  return mean(known, (item) => item[arm]!);
};

/** The weighted mean in points. Rounded so far that the order of addition cannot decide about a threshold. */
function mean(items: readonly Item[], value: (item: Item) => number): number | undefined {
  const total = sum(items, ({ weight }) => weight);
  if (total === 0) return undefined;
  return Math.round((sum(items, (item) => item.weight * value(item)) / total) * 100 * 1e6) / 1e6;
}

const sum = <T>(items: readonly T[], value: (item: T) => number) => items.reduce((total, item) => total + value(item), 0);
const average = (values: readonly number[]) => (values.length === 0 ? undefined : sum(values, (it) => it) / values.length);
const clamp = (share: number) => (share >= 0 ? Math.min(share, 1) : 0);
