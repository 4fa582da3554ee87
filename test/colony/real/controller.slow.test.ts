import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { batchFiles } from '../../../colony/real/batch-spec.js';
import { ControllerLog } from '../../../colony/real/controller-log.js';
import { micros } from '../../../colony/time.js';
import { eventually } from '../../fixtures/eventually.js';
import { tempFolder } from '../../fixtures/temp-folder.js';
import { digestsWithoutLoss, livingMachines, smallBatch, stagesOfAJob, unaccounted } from './small-batch.js';

const pause = (lease: number, seconds: number) => ({
  ...{ lease, point: 'mid_stage' as const, nth: 2, kind: 'pause' as const },
  lasts: micros(seconds),
});

describe('a controller that is killed', () => {
  it.each([
    ['before its machines are there', [2]],
    ['when the first job has begun', [9]],
    ['between stages, and again later', [14, 30]],
    ['again and again', [5, 18, 24, 40]],
  ])('%s: another one takes over, and the batch comes out the same', async (_, controllerKills) => {
    const folder = tempFolder();
    const outcome = await smallBatch({ folder, jobs: 3, slots: 2, supervision: { controllerKills } });
    expect(outcome.controllers).toBe(controllerKills.length + 1);
    expect(outcome.run.violations).toEqual([]);
    expect(outcome.run.jobs.map(({ digest }) => digest)).toEqual(await digestsWithoutLoss(3));
    expect(outcome.run.effects).toEqual({ keys: 3 * stagesOfAJob, duplicates: 0, mostOfOneKey: 1 });
    expect(unaccounted(outcome)).toBe(0);
    // What its predecessors' machines have cost is in the books.
    const [first] = outcome.run.leases!;
    expect(first).toMatchObject({ acquiredAt: 0, end: 'destroyed' });
    expect(outcome.run.leased).toBeGreaterThanOrEqual(outcome.run.leases!.reduce((sum, it) => sum + it.endedAt - it.acquiredAt, 0));
    expect(livingMachines(folder)).toEqual([]);
  });

  it('leaves a machine behind that stands still: the next one kills it, by its pid and its beginning', async () => {
    const folder = tempFolder();
    const outcome = await smallBatch({ folder, reaper: false, occasions: [pause(0, 60)], supervision: { controllerKills: [13] } });
    expect(outcome.strikes.orphans).toBe(1);
    expect(outcome.run.violations).toEqual([]);
    expect(outcome.run.jobs.map(({ digest }) => digest)).toEqual(await digestsWithoutLoss(1));
    expect(livingMachines(folder)).toEqual([]);
  });

  it('leaves no machine behind if nobody takes over, not even one that stands still', async () => {
    const folder = tempFolder();
    const stop = new AbortController();
    // Writes all that a controller needs; the batch itself is not waited for.
    const prepared = smallBatch({ folder, occasions: [pause(0, 60)], supervision: { signal: stop.signal } }).catch(() => {});
    await eventually(() => readable(batchFiles(folder).spec) && readable(batchFiles(folder).log));
    stop.abort(new Error('enough'));
    await prepared;
    writeFileSync(batchFiles(folder).log, '');
    const controller = spawn(process.execPath, [`${folder}/controller.mjs`, folder], { stdio: 'ignore' });
    onTestFinished(() => void controller.kill('SIGKILL'));
    await eventually(() => ControllerLog.read(batchFiles(folder).log).some((entry) => entry.is === 'struck'));
    expect(livingMachines(folder)).toHaveLength(1);
    controller.kill('SIGKILL');
    await eventually(() => livingMachines(folder).length === 0);
  });
});

it('stops when it is told to, and says how far it was', async () => {
  const folder = tempFolder();
  const stop = new AbortController();
  const stopped = smallBatch({
    folder,
    jobs: 2,
    supervision: { signal: stop.signal, onProgress: ({ jobs }) => jobs.done === 1 && stop.abort() },
  });
  await expect(stopped).rejects.toMatchObject({ code: 'DF_COLONY_PROCESS', message: /SIGTERM.* with 1 of 2 jobs done/ });
  expect(livingMachines(folder)).toEqual([]);
});

it('says what is wrong with a job that cannot even be loaded', async () => {
  const folder = tempFolder();
  writeFileSync(`${folder}/broken.mjs`, 'export const job = undefinedName;');
  const job = { module: new URL(`file://${folder}/broken.mjs`).href, export: 'job' };
  await expect(smallBatch({ folder, job })).rejects.toMatchObject({
    code: 'DF_COLONY_PROCESS',
    message: expect.stringContaining('undefinedName') as string,
  });
});

function readable(file: string): boolean {
  try {
    return readFileSync(file, 'utf8') !== '';
  } catch {
    return false;
  }
}
