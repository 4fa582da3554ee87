import type { ArmId } from '../arm.js';
import type { BatchProgress } from '../real/real-batch.js';
import type { Snapshot } from './snapshot.js';

/** How a batch on real processes stands. */
export function realSnapshot({ arm, seed }: { readonly arm: ArmId; readonly seed: number }, progress: BatchProgress): Snapshot {
  const { given_up: givenUp, ...jobs } = progress.jobs;
  return {
    arm,
    seed,
    elapsed: progress.at,
    jobs: { ...jobs, givenUp },
    spentUsd: progress.committedUsd,
    budgetUsd: progress.budgetUsd,
    landed: progress.landed,
    done: jobs.done + givenUp,
    total: Object.values(progress.jobs).reduce((sum, count) => sum + count, 0),
  };
}
