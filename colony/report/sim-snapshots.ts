import type { ArmId } from '../arm.js';
import type { ArmRun } from '../measures/arm-run.js';
import type { Protocol } from '../protocol.js';
import type { Snapshot } from './snapshot.js';

/** Makes snapshots of simulated batches, each of which is over before it can be looked at: how it ended, and how many there are to come. */
export function snapshotsOf(seeds: number): (run: ArmRun, progress: { readonly protocol: Protocol }) => Snapshot {
  const seen = new Map<ArmId, { done: number; landed: number }>();
  return (run, { protocol }) => {
    const arm = seen.get(run.arm) ?? { done: 0, landed: 0 };
    seen.set(run.arm, arm);
    arm.done++;
    arm.landed += run.landed.destroy + run.landed.pause;
    const done = run.jobs.filter(({ doneAt }) => doneAt !== undefined).length;
    return {
      arm: run.arm,
      seed: run.seed,
      elapsed: run.span,
      jobs: { waiting: 0, running: 0, recovering: 0, done, givenUp: run.jobs.length - done },
      spentUsd: run.costUsd,
      budgetUsd: protocol.budgetUsd,
      landed: arm.landed,
      done: arm.done,
      total: seeds,
    };
  };
}
