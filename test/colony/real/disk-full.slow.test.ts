import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { micros } from '../../../colony/time.js';
import { digestsWithoutLoss, smallBatch, stagesOfAJob, unaccounted } from './small-batch.js';

/** The disk of a process can be filled by prlimit alone. */
const canFillDisks = spawnSync('prlimit', ['--version'], { stdio: 'ignore' }).status === 0;

it.runIf(canFillDisks)('waits while the disk is full, and finishes the same jobs when there is space again', async () => {
  const outcome = await smallBatch({ jobs: 2, slots: 2, diskFull: { from: micros(0), lasts: micros(4) } });
  expect(outcome.run.violations).toEqual([]);
  expect(outcome.run.jobs.map(({ digest }) => digest)).toEqual(await digestsWithoutLoss(2));
  // Machines that could not use the file were given up, and the jobs tried on others.
  expect(outcome.run.leases!.length).toBeGreaterThan(2);
  expect(Math.min(...outcome.run.jobs.map(({ doneAt }) => doneAt!))).toBeGreaterThan(micros(4));
  expect(outcome.run.effects).toMatchObject({ keys: 2 * stagesOfAJob, duplicates: 0 });
  expect(unaccounted(outcome)).toBe(0);
});

it.runIf(canFillDisks)('loses nothing if the disk fills up in the middle of a job', async () => {
  const outcome = await smallBatch({
    jobs: 3,
    slots: 1,
    diskFull: { from: micros(1.5), lasts: micros(2) },
  });
  expect(outcome.run.violations).toEqual([]);
  expect(outcome.run.jobs.map(({ digest }) => digest)).toEqual(await digestsWithoutLoss(3));
  expect(outcome.run.effects).toMatchObject({ keys: 3 * stagesOfAJob, duplicates: 0 });
});
