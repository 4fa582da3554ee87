import { wilson } from '../../../sdk/planner/planning/wilson.js';
import type { Served } from './measure-value.js';

/** One arm in figures. */
export interface ValueRow {
  readonly arm: string;
  readonly costUsd: number;
  /** Of what `always frontier` costs. */
  readonly costRatio: number;
  readonly attempts: number;
  readonly verified: Share;
  /** Right answers among those with a check, without one, and all. */
  readonly right: { readonly checked: Share; readonly unchecked: Share; readonly all: Share };
}

/** How many of how many, in percent, and between which bounds it lies at 95%. */
export interface Share {
  readonly percent: number;
  readonly lower: number;
  readonly upper: number;
  readonly of: number;
}

/** What the promise is held against: cost at most half of always asking the best, and at most two points fewer verified answers. */
export interface ValueVerdict {
  readonly costRatio: number;
  readonly verifiedPoints: number;
  readonly kept: boolean;
}

export function valueRows(served: ReadonlyMap<string, readonly Served[]>): ValueRow[] {
  const frontier = costOf(served.get('always frontier')!);
  return [...served].map(([arm, all]) => {
    const checked = all.filter(({ verified }) => verified !== undefined);
    const unchecked = all.filter(({ verified }) => verified === undefined);
    return {
      arm,
      costUsd: costOf(all),
      costRatio: costOf(all) / frontier,
      attempts: all.reduce((sum, { attempts }) => sum + attempts, 0) / all.length,
      verified: share(checked, (it) => it.verified === true),
      right: { checked: share(checked, isRight), unchecked: share(unchecked, isRight), all: share(all, isRight) },
    };
  });
}

export function verdictOf(rows: readonly ValueRow[]): ValueVerdict {
  const [frontier, planner] = ['always frontier', 'planner'].map((name) => rows.find(({ arm }) => arm === name)!) as [ValueRow, ValueRow];
  const verifiedPoints = planner.verified.percent - frontier.verified.percent;
  return { costRatio: planner.costRatio, verifiedPoints, kept: planner.costRatio <= 0.5 && verifiedPoints >= -2 };
}

const isRight = ({ right }: Served) => right;
const costOf = (all: readonly Served[]) => all.reduce((sum, { costUsd }) => sum + costUsd, 0);

function share(all: readonly Served[], holds: (served: Served) => boolean): Share {
  const held = all.filter(holds).length;
  const { lower, upper } = wilson(held, all.length);
  return { percent: (100 * held) / all.length, lower: 100 * lower, upper: 100 * upper, of: all.length };
}
