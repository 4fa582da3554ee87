import { approval, step, workflow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import type { ColonyJob } from '../../../colony/job/colony-job.js';
import { protocolOf, type ProtocolOptions } from '../../../colony/protocol.js';
import { faultFree } from '../../../colony/sim/fault-free.js';
import { runSim } from '../../../colony/sim/run-sim.js';
import type { Workload } from '../../../colony/workload.js';
import { stepJob } from '../../fixtures/colony/step-job.js';

const methods = ['loadData', 'inferShard', 'writeMetrics', 'uploadArtifact'];
const stepWorkload: Workload = { jobs: 2, prepareSeconds: 1, stages: methods.map((method) => ({ method, seconds: 10 })) };
const oneStage = (method = 'work'): Workload => ({ jobs: 1, prepareSeconds: 0, stages: [{ method, seconds: 10 }] });

@workflow({ name: 'odd' })
class Odd {
  readonly #how: 'throws' | 'asks' | 'overlaps' | 'counts' | 'twice';

  constructor(how: Odd['how']) {
    this.#how = how;
  }

  get how() {
    return this.#how;
  }

  async run(job: string): Promise<unknown> {
    if (this.how === 'overlaps') return Promise.all([this.work(job), this.work(job)]);
    if (this.how === 'asks') return this.ask(job);
    if (this.how === 'twice') await this.work(job);
    await this.work(job);
    if (this.how === 'throws') throw new Error('no such model');
    return this.how === 'counts' ? made++ : job;
  }

  @step()
  async work(job: string): Promise<string> {
    return job;
  }

  @approval()
  @step()
  async ask(job: string): Promise<string> {
    return job;
  }
}

let made = 0;
const odd = (how: Odd['how']): ColonyJob<typeof Odd> => ({ class: Odd, make: () => new Odd(how), input: (id) => id });
const failure = (job: ColonyJob, workload: Workload, options?: ProtocolOptions) =>
  faultFree(job, protocolOf(workload, options)).then(
    () => undefined,
    (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
  );

describe('faultFree', () => {
  it('gives the spans of both arms and the digest of every job', async () => {
    const { naive, durable, digests } = await faultFree(stepJob, protocolOf(stepWorkload, { slots: 2 }));
    // 120 s for the machine; with the engine 2 s to take the job up, for what is new nothing, and four records of half a second.
    expect([naive, durable]).toEqual([161e6, 163e6]);
    expect([...digests.keys()]).toEqual(['job-1', 'job-2']);
  });

  it.each<[string, ColonyJob, Workload, RegExp]>([
    ['throws', odd('throws'), oneStage(), /Odd, job-1, without any loss: no such model/],
    ['waits for a person', odd('asks'), oneStage('ask'), /Odd, job-1, without any loss: .*(person|approv)/],
    ['has another result every time', odd('counts'), oneStage(), /differs from that of the plain class.*must depend on the input alone/],
    ['calls a stage more often', odd('twice'), oneStage(), /Odd does not do what the workload says: work was called 2 times by a job, not once\. Name each/],
    ['has stages at the same time', odd('overlaps'), { ...oneStage(), stages: [{ method: 'work', seconds: 10, calls: 2 }] }, /20 s of work by the workload, but took 10 s: stages must follow each other/],
    ['has a stage that is not in the workload', stepJob, { ...stepWorkload, stages: stepWorkload.stages.slice(1) }, /loadData was called once by a job and is not in it/],
    ['never calls a stage', stepJob, { ...stepWorkload, stages: [...stepWorkload.stages, { method: 'loadDat', seconds: 5 }] }, /loadDat was called 0 times by a job, not once/],
  ])('refuses a job that %s', async (_, job, workload, message) => {
    expect(await failure(job, workload)).toMatch(message);
    expect(await failure(job, workload)).toMatch(/^DF_COLONY_JOB: /);
  }); // prettier-ignore

  it('says what a batch lacks that cannot be done even without losses', async () => {
    expect(await failure(stepJob, stepWorkload, { budgetUsd: 0.001 })).toMatch(/the budget of \$0\.001 does not cover .* raise budgetUsd/);
    expect(await failure(stepJob, stepWorkload, { slots: 1, horizonFactor: 1 })).toMatch(/more time by a greater horizonFactor/);
  });

  it('refuses a class that is no workflow, and says what to put on it', async () => {
    class Plain {
      async run(): Promise<void> {}
    }
    const plain = { class: Plain, make: () => new Plain(), input: () => undefined } as unknown as ColonyJob;
    expect(await failure(plain, oneStage())).toMatch(/Plain is not a workflow; put @workflow/);
  });

  it('needs a seed', async () => {
    await expect(runSim({ losses: 'calm', seeds: [] })).rejects.toMatchObject({ code: 'DF_INVALID_INPUT' });
  });
});
