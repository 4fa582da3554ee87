// A process of its own, with --expose-gc: parks runs and says how many of their instances are still in memory.
import { setImmediate as turn } from 'node:timers/promises';
import { approval, DurableFlow, step, workflow } from 'durableflow';

@workflow({ name: 'heavy' })
class Heavy {
  readonly weight = new Uint8Array(100_000);

  async run(_n: number) {
    await this.gated();
    return this.weight.length;
  }

  @approval({ expiresIn: '1h' })
  @step()
  async gated() {}
}

const instances: WeakRef<Heavy>[] = [];
const flow = await DurableFlow.open(':memory:');
flow.register(Heavy, () => {
  const instance = new Heavy();
  instances.push(new WeakRef(instance));
  return instance;
});
const runs = await Promise.all(Array.from({ length: 200 }, (_, n) => flow.start(Heavy, n)));
await Promise.all(runs.map((run) => run.settled()));
for (let i = 0; i < 5; i++) {
  await turn();
  globalThis.gc!();
}
const alive = instances.filter((instance) => instance.deref()).length;
console.log(JSON.stringify({ waiting: flow.countRuns().waiting, alive }));
await flow.close();
