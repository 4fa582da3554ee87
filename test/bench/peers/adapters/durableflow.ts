import { join } from 'node:path';
import { DurableFlow, step, workflow } from 'durableflow';
import type { OpenPeer, Setting, StepValue } from '../peer.js';

@workflow({ name: 'job' })
class Job {
  constructor(private readonly body: (i: number) => StepValue) {}

  async run(steps: number): Promise<number> {
    let length = 0;
    for (let i = 0; i < steps; i++) length += (await this.work(i)).text.length;
    return length;
  }

  @step()
  async work(i: number) {
    return this.body(i);
  }
}

export async function open({ folder, durability, work }: Setting): Promise<OpenPeer> {
  const flow = await DurableFlow.open(join(folder, 'flow.db'), { durability: durability === 'full' ? 'power-loss' : 'process-crash' });
  flow.register(Job, () => new Job(work));
  return {
    run: async (steps) => (await flow.start(Job, steps)).result(),
    close: () => flow.close(),
  };
}
