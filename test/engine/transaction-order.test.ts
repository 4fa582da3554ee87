import { setTimeout as pause } from 'node:timers/promises';
import { replayHistory, step, transaction, workflow } from 'durableflow';
import { expect, it } from 'vitest';
import { openFlow } from '../fixtures/open-flow.js';

@workflow({ name: 'transaction-race' })
class TransactionRace {
  async run() {
    const seen: string[] = [];
    await Promise.all([this.write().then((it) => seen.push(it)), this.work().then((it) => seen.push(it))]);
    return seen;
  }

  @step()
  async write() {
    const written = await transaction(() => 'written');
    // The step is on record; what its body does now must not let others get ahead of it.
    await pause(30);
    return written;
  }

  @step()
  async work() {
    await pause(10);
    return 'worked';
  }
}

@workflow({ name: 'transaction-neck-and-neck' })
class NeckAndNeck {
  run() {
    return Promise.race([this.write(), this.work()]);
  }

  @step()
  async write() {
    return transaction(() => 'written');
  }

  @step()
  async work() {
    return 'worked';
  }
}

it.each([TransactionRace, NeckAndNeck])('%o: a transaction is delivered where it stands in the journal', async (Class) => {
  const flow = await openFlow();
  flow.register(Class, () => new Class());
  const run = await flow.start(Class, undefined, { id: 'r' });
  const seen = await run.result();
  const replayed = await replayHistory(Class, () => new Class(), flow.exportHistory('r'));
  expect(replayed).toMatchObject({ status: 'completed', output: seen });
});
