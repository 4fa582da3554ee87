import { sideEffect, step, workflow } from 'durableflow';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { arms, type ArmId } from '../../../colony/arm.js';
import { benchmark } from '../../../colony/benchmark.js';
import { compareArms } from '../../../colony/invariants/check-invariants.js';
import type { ArtifactSink } from '../../../colony/job/artifact-sink.js';
import type { ColonyJob } from '../../../colony/job/colony-job.js';
import type { ArmRun, Invariant } from '../../../colony/measures/arm-run.js';
import { BatchAccount } from '../../../colony/measures/batch-account.js';
import { benchmarkResultText } from '../../../colony/report/benchmark-result.js';
import { SpendGuard } from '../../../colony/runner/spend-guard.js';
import { profileSchedule } from '../../../colony/schedule/profiles.js';
import { runSim } from '../../../colony/sim/run-sim.js';
import { SimFleet } from '../../../colony/sim/sim-fleet.js';
import { withoutFencing, withoutMemory } from '../../fixtures/colony/broken-stores.js';
import { stepJob } from '../../fixtures/colony/step-job.js';
import { destroy, pause, rough, smallSim, smallWorkload, type SmallSim } from '../small-sim.js';

/** Its outcome tells how many machines it took. */
@workflow({ name: 'teller' })
class Teller {
  readonly #sink: ArtifactSink;

  constructor(sink: ArtifactSink) {
    this.#sink = sink;
  }

  async run(job: string): Promise<number> {
    let machines = 1;
    while ((await this.#sink.find(`${job}/${machines}`)) !== undefined) machines++;
    await this.#sink.put(`${job}/${machines}`, '', { key: '' });
    await this.work();
    return machines;
  }

  @step()
  async work(): Promise<void> {}
}

/** Does its effect again when in doubt, under a key that the world has not seen. */
@workflow({ name: 'forgetful' })
class Forgetful {
  readonly #sink: ArtifactSink;

  constructor(sink: ArtifactSink) {
    this.#sink = sink;
  }

  run(job: string): Promise<string> {
    return this.work(job);
  }

  @sideEffect({ idempotencyKey: (job) => job, onInDoubt: 'retry' })
  async work(job: string): Promise<string> {
    await this.#sink.put(job, '', { key: `${keys++}` });
    return job;
  }
}

let keys = 0;
const input = (id: string) => id;
const teller: ColonyJob<typeof Teller> = { class: Teller, make: ({ sink }) => new Teller(sink), input };
const forgetful: ColonyJob<typeof Forgetful> = { class: Forgetful, make: ({ sink }) => new Forgetful(sink), input };
const oneStage = { jobs: 2, prepareSeconds: 0, stages: [{ method: 'work', seconds: 100 }] };
const stepWorkload = {
  jobs: 2,
  prepareSeconds: 10,
  stages: ['loadData', 'inferShard', 'writeMetrics', 'uploadArtifact'].map((method) => ({ method, seconds: 60 })),
};
// Taken for lost in the middle of its stage, and back before another machine is there.
const standstills = [pause(180, 31), pause(180, 31, 1)];

async function violated(arm: ArmId, options: SmallSim): Promise<Invariant[]> {
  const { run } = await smallSim(arm, options);
  return [...new Set(run.violations.map(({ invariant }) => invariant))];
}

afterEach(() => vi.restoreAllMocks());

describe('what a batch must hold to', () => {
  it.each(arms.map(({ id }) => id))('%s holds, among losses with and without notice and pauses longer than detection', async (arm) => {
    const landed = { destroy: 0, pause: 0, notice: 0 };
    for (const seed of [1, 2, 3]) {
      const { run } = await smallSim(arm, { seed });
      expect(run.violations).toEqual([]);
      for (const kind of ['destroy', 'pause', 'notice'] as const) landed[kind] += run.landed[kind];
    }
    if (arm === 'on_demand') expect(landed).toEqual({ destroy: 0, pause: 0, notice: 0 });
    else expect(Math.min(...Object.values(landed))).toBeGreaterThan(0);
  });

  it.each([
    ['committed_stage_reran', 'the store forgets what is on record', { wrapStore: withoutMemory, events: [destroy(250)] }],
    ['stale_writer', 'the store lets those write who have lost their lease', { wrapStore: withoutFencing, events: standstills }],
  ] as const)('%s: %s', async (invariant, _, { wrapStore, events }) => {
    const options = { job: stepJob, workload: stepWorkload, events };
    expect(await violated('durable', options)).toEqual([]);
    expect(await violated('durable', { ...options, wrapStore })).toContain(invariant);
  });

  it('effect_twice: the job repeats an effect in doubt under another key', async () => {
    const timing = { delaySeconds: { provision: 0, restore: 0, checkpoint: 5 }, workload: oneStage };
    expect(await violated('durable', { ...timing, job: forgetful, events: [destroy(50)] })).toEqual([]);
    expect(await violated('durable', { ...timing, job: forgetful, events: [destroy(102)] })).toEqual(['effect_twice']);
    // Whoever works without the engine promises nothing of the kind.
    expect(await violated('scratch', { ...timing, job: forgetful, events: [destroy(102)] })).toEqual([]);
  });

  it('output_differs: the result depends on how often the job was taken up', async () => {
    const options = { workload: oneStage, slots: 1, delaySeconds: { provision: 5, detect: 5 }, losses: rough, seeds: [1, 2, 3, 4] };
    const { arms: found } = await runSim({ ...options, job: teller, arms: ['scratch'] });
    expect(found[0]!.violations.first.map(({ invariant }) => invariant)).toContain('output_differs');
    expect(found[0]!.violationBound).toBeUndefined();
  });

  it('schedule_differs: an arm met other losses than the others of its seed', async () => {
    const events = [destroy(100)];
    const [one, other] = [await smallSim('scratch', { events }), await smallSim('durable', { events: [destroy(101)] })];
    const expected = new Map(one.run.jobs.map(({ id, digest }) => [id, digest!]));
    expect(compareArms([one.run, { ...other.run, scheduleHash: one.run.scheduleHash }], expected)).toEqual([]);
    expect(compareArms([one.run, other.run], expected)).toEqual([
      { arm: 'durable', invariant: 'schedule_differs', detail: 'it met other losses than scratch' },
    ]);
  });

  it('over_budget: nobody asks whether there is money for a machine', async () => {
    const options = { events: [], budgetUsd: 1 };
    expect(await violated('durable', options)).toEqual([]);
    vi.spyOn(SpendGuard.prototype, 'reserve').mockReturnValue(true);
    expect(await violated('durable', options)).toEqual(['over_budget']);
  });

  it('lease_leak: a machine stays after it was given back', async () => {
    const acquire = SimFleet.prototype.acquire;
    vi.spyOn(SimFleet.prototype, 'acquire').mockImplementation(function acquireForGood(this: SimFleet, ...args) {
      return { ...acquire.apply(this, args), release: () => {} };
    });
    expect(await violated('scratch', { events: [] })).toEqual(['lease_leak']);
  });

  it('time_unaccounted: a part of the time is put down to nothing', async () => {
    vi.spyOn(BatchAccount.prototype, 'add').mockImplementation(function addAllButRestoring(this: BatchAccount, kind, span) {
      if (kind !== 'restore') this.billed[kind] += span;
    });
    expect(await violated('durable', { events: [] })).toEqual(['time_unaccounted']);
  });

  it('gives the same bytes for the same seeds; chance in a schedule is seen', async () => {
    const once = async (chance: () => number): Promise<string> =>
      benchmarkResultText({
        ...(await benchmark({
          ...{ workload: { ...smallWorkload, jobs: 2 }, slots: 2, seeds: [1, 2] },
          losses: {
            name: 'rough',
            scheduleOf: (seed, protocol) => profileSchedule({ ...protocol, profile: rough, seed: seed + chance() }),
          },
        })),
        measured: { startedAt: '', durationMs: 0, node: '', durableflow: '' },
      });
    const text = await once(() => 0);
    expect(await once(() => 0)).toBe(text);
    expect(await once(() => Math.floor(1 + 1e6 * Math.random()))).not.toBe(text);
  });
});

describe('benchmark', () => {
  it('passes on what broke: no ship', async () => {
    vi.spyOn(SpendGuard.prototype, 'reserve').mockReturnValue(true);
    const runs: ArmRun[] = [];
    const { verdict } = await benchmark({
      ...{ workload: smallWorkload, slots: 2, losses: 'hostile', seeds: [1, 2], budgetUsd: 2.5 },
      ...{ arms: ['scratch', 'durable'], onRun: (run) => runs.push(run) },
    });
    expect(verdict.state).toBe('no_ship');
    expect(verdict.reasons[0]).toMatch(/not kept, first: .*over_budget, seed 1/);
    expect(runs.map(({ arm, seed }) => `${arm}/${seed}`)).toEqual(['scratch/1', 'durable/1', 'scratch/2', 'durable/2']);
  });
});
