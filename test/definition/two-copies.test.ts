import { expect, it, vi } from 'vitest';

it('refuses a class that another copy of the package has decorated, because its calls would not be durable', async () => {
  const { step, workflow } = await import('durableflow');
  @workflow({ name: 'stranger' })
  class Stranger {
    async run() {
      return this.one();
    }
    @step() async one() {
      return 1;
    }
  }
  vi.resetModules();
  const { DurableFlow } = await import('durableflow');
  const flow = await DurableFlow.open(':memory:');
  expect(() => flow.register(Stranger, () => new Stranger())).toThrow(/another copy of durableflow/);
  expect(() => flow.register(Stranger, () => new Stranger())).toThrow(expect.objectContaining({ code: 'DF_INVALID_DEFINITION' }) as Error);
  await flow.close();
});
