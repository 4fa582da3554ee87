import { mean, standardDeviation } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { armOf } from '../../../colony/arm.js';
import { pipelineJob, pipelineWorkload } from '../../../colony/job/colony-job.js';
import { poissonSchedule } from '../../../colony/schedule/poisson-schedule.js';
import { expectedDurable, expectedScratch } from '../../../colony/sim/closed-forms.js';
import { simulate } from '../../../colony/sim/simulate.js';
import { hours, micros, seconds } from '../../../colony/time.js';
import { lengthOf, type Workload } from '../../../colony/workload.js';

// One job a slot, no preparation, and machines that are there as soon as a loss is noticed: what the formulas assume.
const workload: Workload = { ...pipelineWorkload, jobs: 300, prepareSeconds: 0 };
const delays = { detect: micros(90), provision: 0, restore: 0, checkpoint: micros(3) };
const length = lengthOf(workload);

describe('the simulator agrees with the closed forms', () => {
  it.each([0.25, 1, 2].flatMap((lossesPerJob) => (['scratch', 'durable'] as const).map((arm) => ({ arm, lossesPerJob }))))(
    '$arm, λL $lossesPerJob',
    async ({ arm, lossesPerJob }) => {
      const horizon = 400 * length;
      const slots = workload.jobs;
      const run = await simulate({
        job: pipelineJob,
        arm: armOf(arm),
        seed: 1,
        schedule: poissonSchedule({ seed: 12, slots, horizon, rates: { destroy: lossesPerJob / hours(length) } }),
        protocol: { workload, slots, retries: 0, delays, prices: { spot: 1, onDemand: 1 }, horizon, budgetUsd: 1e9 },
      });
      const times = run.jobs.map(({ doneAt }) => seconds(doneAt!));
      const model = { lossRate: lossesPerJob / seconds(length), replace: seconds(delays.detect) };
      const stages = workload.stages.flatMap(({ seconds: each, calls = 1 }) => Array.from({ length: calls }, () => each));
      const expected =
        arm === 'scratch'
          ? expectedScratch(seconds(length), model)
          : expectedDurable({ ...model, stages, checkpoint: seconds(delays.checkpoint), restore: 0 });
      const error = standardDeviation(times) / Math.sqrt(times.length);
      expect(Math.abs(mean(times) - expected) / error).toBeLessThan(3);
      expect(run.violations).toEqual([]);
    },
  );
});
