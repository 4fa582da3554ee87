import { expect, it } from 'vitest';
import { micros } from '../../../colony/time.js';
import { SqliteStore } from '../../../sdk/sqlite/index.js';
import { batchFiles } from '../../../colony/real/batch-spec.js';
import type { KillPoint } from '../../../colony/real/machine-messages.js';
import { stepJob } from '../../fixtures/colony/step-job.js';
import { tempFolder } from '../../fixtures/temp-folder.js';
import { digestsWithoutLoss, livingMachines, smallBatch, stagesOfAJob, unaccounted } from './small-batch.js';

const fixture = (file: string, name: string) => ({
  module: new URL(`../../fixtures/colony/${file}.ts`, import.meta.url).href,
  export: name,
});
const kill = (lease: number, point: KillPoint, nth = 1) => ({ lease, point, nth, kind: 'destroy' as const, lasts: 0 });
const pause = (lease: number, point: KillPoint, seconds: number) => ({
  ...{ lease, point, nth: 1, kind: 'pause' as const },
  lasts: micros(seconds),
});

it('finishes a job whose machines are killed at every named point, with each effect once', async () => {
  const folder = tempFolder();
  const outcome = await smallBatch({
    folder,
    occasions: [kill(0, 'before_start', 2), kill(1, 'mid_stage'), kill(2, 'after_effect'), kill(3, 'after_commit')],
  });
  const { run, strikes } = outcome;
  expect(run.violations).toEqual([]);
  expect(strikes.kills).toEqual({ before_start: 1, mid_stage: 1, after_effect: 1, after_commit: 1, anywhere: 0 });
  expect(run.jobs).toMatchObject([{ digest: (await digestsWithoutLoss(1))[0], attempts: 5 }]);
  expect(run.effects).toEqual({ keys: stagesOfAJob, duplicates: 0, mostOfOneKey: 1 });
  expect(unaccounted(outcome)).toBe(0);
  // What had its effect, or was on record, is found and not done again; half a stage is lost.
  const [start, middle, effect, commit] = run.recoveries.map(({ lostWork }) => lostWork / 1000);
  expect(start).toBeLessThan(50);
  expect(middle).toBeGreaterThanOrEqual(50);
  expect([effect, commit]).toEqual([0, 0]);
  for (const { detect, recover } of run.recoveries) {
    expect(detect).toBeGreaterThan(0);
    expect(recover).toBeGreaterThan(detect!);
  }
  const store = new SqliteStore(batchFiles(folder).engine);
  expect(store.journal('job-1')).toHaveLength(stagesOfAJob);
  expect(store.owners()).toEqual([]);
  await store.close();
  expect(livingMachines(folder)).toEqual([]);
});

it('keeps a machine that is busy for longer than a silence lasts', async () => {
  const outcome = await smallBatch({ job: fixture('step-job', 'busyJob') });
  expect(outcome.run.violations).toEqual([]);
  expect(outcome.run.jobs).toMatchObject([{ attempts: 1 }]);
});

it('starts from the beginning without the engine, and makes effects again', async () => {
  const outcome = await smallBatch({ arm: 'scratch', occasions: [kill(0, 'after_effect', 3)] });
  expect(outcome.run.violations).toEqual([]);
  expect(outcome.run.jobs).toMatchObject([{ digest: (await digestsWithoutLoss(1))[0], attempts: 2 }]);
  expect(outcome.run.effects).toEqual({ keys: stagesOfAJob, duplicates: 3, mostOfOneKey: 2 });
  expect(outcome.run.recoveries[0]!.lostWork).toBeGreaterThan(micros(0.28));
  expect(unaccounted(outcome)).toBe(0);
});

it('lets a machine that was stopped, taken for lost and woken write no more', async () => {
  const outcome = await smallBatch({ jobs: 2, occasions: [pause(0, 'after_effect', 1.5)] });
  expect(outcome.run.violations).toEqual([]);
  expect(outcome.strikes).toMatchObject({ fenced: 1, landed: { pause: 1, destroy: 0 } });
  expect(outcome.run.effects).toMatchObject({ keys: 2 * stagesOfAJob, duplicates: 0 });
  expect(outcome.run.jobs.map(({ digest }) => digest)).toEqual(await digestsWithoutLoss(2));
  // Silence is what it was noticed by.
  expect(outcome.run.leases!.some(({ end }) => end === 'abandoned')).toBe(true);
  expect(unaccounted(outcome)).toBe(0);
});

it('goes on with a machine that was stopped for less than it takes to be missed', async () => {
  const outcome = await smallBatch({ occasions: [pause(0, 'mid_stage', 0.2)] });
  expect(outcome.run.violations).toEqual([]);
  expect(outcome.run.jobs).toMatchObject([{ digest: (await digestsWithoutLoss(1))[0], attempts: 1 }]);
  expect(outcome.strikes).toMatchObject({ fenced: 0, landed: { pause: 1 } });
});

it('sees a stale writer if nothing is fenced', async () => {
  const { run } = await smallBatch({
    jobs: 2,
    horizonSeconds: 20,
    occasions: [pause(0, 'after_effect', 1.5)],
    wrapStore: fixture('broken-stores', 'withoutFencing'),
  });
  expect(run.violations.map(({ invariant }) => invariant)).toContain('stale_writer');
});

it('sees a stage that runs again if its record is forgotten', async () => {
  const options = { job: fixture('step-job', 'stepJob'), occasions: [kill(0, 'mid_stage', 3)] };
  const whole = await smallBatch(options);
  expect(whole.run.violations).toEqual([]);
  expect(whole.run.jobs).toMatchObject([{ digest: (await digestsWithoutLoss(1, stepJob))[0] }]);
  const { run } = await smallBatch({ ...options, horizonSeconds: 8, wrapStore: fixture('broken-stores', 'withoutMemory') });
  expect(run.violations.map(({ invariant }) => invariant)).toContain('committed_stage_reran');
});
