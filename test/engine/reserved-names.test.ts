import { expect, it } from 'vitest';
import { DurableFlow, step, workflow } from 'durableflow';

@workflow({ name: 'lamp' })
class Lamp {
  async run() {
    return this.stopped();
  }

  @step()
  async stopped() {
    return 'dark';
  }
}

it('takes a step named "stopped" for a step, not for the mark of a stop', async () => {
  await using flow = await DurableFlow.open(':memory:');
  flow.register(Lamp, () => new Lamp());
  const run = await flow.start(Lamp);
  expect(await run.result()).toBe('dark');
});

it('refuses an id that would be taken for an undoing', async () => {
  @workflow({ name: 'undoing' })
  class Undoing {
    run() {
      return this.work();
    }

    @step({ id: 'undo:work' })
    async work() {
      return 1;
    }
  }
  await using flow = await DurableFlow.open(':memory:');
  expect(() => flow.register(Undoing, () => new Undoing())).toThrow('may not begin with "undo:"');
});
