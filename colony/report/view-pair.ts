import { armOf, headlinePair, type ArmId } from '../arm.js';
import type { Comparison } from '../measures/colony-result.js';
import type { ArmView } from './colony-view.js';

/** The times of the ideal span that the verdict, and so the first line, is about. */
export const foremostFactor = 1.5;

/** The pair that the verdict rests on. */
export const isJudged = ({ naive, durable }: Comparison) => naive === headlinePair.naive && durable === headlinePair.durable;

/** The difference in completion that the verdict is about. */
export const pointsAt = ({ completionDelta }: Comparison) => completionDelta.find(({ factor }) => factor === foremostFactor)?.points;

/** What both arms of a pair may do after a loss. */
export const budgetOf = ({ durable }: Pick<Comparison, 'durable'>, retries: number) =>
  armOf(durable).retries === 'limited' ? `${retriesWords(retries)} each` : 'no limit on retries';

/** The pair in words; both have the same retries, which are said once. */
export const pairTitle = (pair: Pick<Comparison, 'durable'>, retries: number) => `durable against from scratch, ${budgetOf(pair, retries)}`;

const retriesWords = (retries: number) => (retries === 1 ? 'one retry' : `${retries} retries`);

export function viewArm(id: ArmId, retries: number): ArmView {
  const { title, durable, market, retries: budget } = armOf(id);
  const name =
    market === 'on_demand'
      ? 'on demand'
      : budget === 'none'
        ? 'no retry'
        : `${durable ? 'durable' : 'scratch'} ${budget === 'limited' ? `≤${retries}` : '∞'}`;
  return { id, name, title: title.replace('k retries', retriesWords(retries)) };
}

/** A cell is lost where durable completes less, or costs more, beyond doubt. */
export function losesOn(comparison: Comparison): 'completion' | 'cost' | undefined {
  if ((pointsAt(comparison)?.high ?? 0) < 0) return 'completion';
  return (comparison.costRatio?.low ?? 0) > 1 ? 'cost' : undefined;
}
