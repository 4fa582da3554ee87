import { DurableFlow, step, workflow } from 'durableflow';
import { describe, expect, it } from 'vitest';

@workflow({ name: 'endless' })
class Endless {
  async run() {
    for (let n = 0; ; n++) await this.next(n);
  }

  @step()
  async next(n: number) {
    return n;
  }
}

@workflow({ name: 'retrying' })
class Retrying {
  async run() {
    return this.fail();
  }

  @step({ retry: { maxAttempts: 1000, initialDelay: 20, maxDelay: 20 } })
  async fail() {
    throw new Error('not yet');
  }
}

describe('close()', () => {
  it.each([Endless, Retrying])('does not wait out its grace for %s, of which no body is under way', async (Workflow) => {
    const flow = await DurableFlow.open(':memory:');
    flow.register(Workflow, () => new Workflow());
    const run = await flow.start(Workflow);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(run.view().status).toBe('running');
    await flow.close({ grace: '1h' });
  });
});
