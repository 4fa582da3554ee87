import { fatalStage, workload, type LossStory } from './one-loss.js';

export const stagesOfTheJob = workload.stages.reduce((sum, { calls = 1 }) => sum + calls, 0);

/** Something that was promised, and whether it was kept. */
export interface Promised {
  readonly kept: boolean;
  readonly text: string;
}

/** What must be so after the loss of one machine. What the plain class does is no promise, and told for comparison. */
export function promisesOf(scratch: LossStory, durable: LossStory): Promised[] {
  const [job, plain] = [durable.outcome.run.jobs[0], scratch.outcome.run.jobs[0]];
  const kills = [scratch, durable].map(({ outcome }) => outcome.strikes.kills.mid_stage);
  const deliveredOnce = [...durable.deliveries.values()].every((times) => times === 1);
  const again = durable.stagesBegun - stagesOfTheJob;
  return [
    { kept: kills.every((count) => count === 1), text: 'in both runs one machine was killed, in the middle of a stage' },
    { kept: job?.doneAt !== undefined && job.attempts === 2, text: 'the job was done by the second machine, with nobody stepping in' },
    { kept: job?.digest !== undefined && job.digest === plain?.digest, text: 'it came to the same result as from scratch' },
    { kept: again === 1, text: `of its ${fatalStage} stages that had begun, only the one that was cut off began again` },
    { kept: deliveredOnce && durable.outcome.run.effects.duplicates === 0, text: 'every artifact was delivered once' },
    { kept: durable.outcome.run.violations.length === 0, text: 'nothing that was on record was done again' },
  ];
}
