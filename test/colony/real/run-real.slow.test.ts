import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { pipelineWorkload } from '../../../colony/job/colony-job.js';
import { runReal } from '../../../colony/real/run-real.js';
import { tempFolder } from '../../fixtures/temp-folder.js';

it('measures what the simulator states, and gives a result like its', async () => {
  const folder = tempFolder();
  const runs: string[] = [];
  const result = await runReal({
    ...{
      workload: { ...pipelineWorkload, jobs: 3 },
      compression: 900,
      slots: 2,
      horizonFactor: 15,
      losses: 'moderate',
      seeds: [5],
      picture: true,
      folder,
    },
    onRun: ({ arm, scheduleHash }) => runs.push(`${arm} ${scheduleHash}`),
  });
  expect(result).toMatchObject({ mode: 'real', job: 'PipelineJob', profile: 'moderate', seeds: [5] });
  expect(runs).toEqual([`scratch ${result.schedule.hash}`, `durable ${result.schedule.hash}`]);
  const durable = result.arms.find(({ arm }) => arm === 'durable')!;
  expect(result.arms.map(({ violations }) => violations.count)).toEqual([0, 0]);
  expect(durable.completed.value).toBe(1);
  expect(durable.kills).toBeGreaterThan(0);
  expect(durable.effects.duplicates).toBe(0);
  const { kills } = result.processes!.find(({ arm }) => arm === 'durable')!;
  expect(Object.values(kills).reduce((sum, count) => sum + count, 0)).toBe(durable.kills);
  expect(durable.secondsToDetect!.max).toBeGreaterThan(0);
  expect(durable.billedSeconds.provision).toBeGreaterThan(0);
  expect(result.picture!.map(({ arm }) => arm)).toEqual(['scratch', 'durable']);
  expect(readdirSync(folder)).toHaveLength(1);
});
