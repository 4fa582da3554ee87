import { setTimeout as pause } from 'node:timers/promises';
import { replayHistory, signal, step, transaction, workflow, type DurableFlow } from 'durableflow';
import { expect, it } from 'vitest';
import { z } from 'zod';
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
  readonly #flow: DurableFlow;

  constructor(flow: DurableFlow) {
    this.#flow = flow;
  }

  run() {
    return Promise.race([this.write(), signal(z.string(), 'word')]);
  }

  /** The signal is on disk with the same commit, and takes a shorter way from there. */
  @step()
  async write() {
    const written = transaction(() => 'written');
    void this.#flow.signal('r', 'word', 'signalled');
    return written;
  }
}

it.each<new (flow: DurableFlow) => { run(): Promise<unknown> }>([TransactionRace, NeckAndNeck])(
  '%o: a transaction is delivered where it stands in the journal',
  async (Class) => {
    const flow = await openFlow();
    flow.register(Class, () => new Class(flow));
    const run = await flow.start(Class, undefined, { id: 'r' });
    const seen = await run.result();
    const replayed = await replayHistory(Class, () => new Class(flow), flow.exportHistory('r'));
    expect(replayed).toMatchObject({ status: 'completed', output: seen });
  },
);
