import { abortSignal, DurableFlowError, step, transaction, workflow, type Store, type TelemetryEvent } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { deferred, type Deferred } from '../fixtures/deferred.js';
import { eventually, turns } from '../fixtures/eventually.js';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { wrappedStore } from '../fixtures/wrapped-store.js';

let aborted: Deferred<unknown>;

type What = 'step' | 'transaction' | 'beside';

@workflow({ name: 'refused-writes' })
class Writes {
  async run(what: What): Promise<string> {
    if (what === 'step') await this.quick();
    else if (what === 'transaction') await this.book().catch(() => 'the workflow saw it');
    else await Promise.all([this.quick(), this.hangs()]);
    return 'ended';
  }

  @step()
  async quick() {}

  @step({ retry: { maxAttempts: 1 } })
  async book() {
    return transaction(() => 1);
  }

  @step()
  async hangs() {
    const signal = abortSignal();
    return new Promise<void>((_resolve, reject) =>
      signal.addEventListener('abort', () => {
        aborted.resolve(signal.reason);
        reject(signal.reason as Error);
      }),
    );
  }
}

beforeEach(() => {
  aborted = deferred();
});

/** A store that takes no records, or no transactions, and everything else. */
async function refusing(what: What, code: 'DF_FENCED' | 'DF_STORE_FULL' | 'DF_CLOSED') {
  const refuse = () => Promise.reject(new DurableFlowError(code, 'not now'));
  const store: Store = wrappedStore(memoryStore(), what === 'transaction' ? { transact: refuse } : { append: refuse });
  const events: TelemetryEvent[] = [];
  const flow = await openFlow(store, { telemetry: (event) => void events.push(event) });
  flow.register(Writes, () => new Writes());
  const run = await flow.start(Writes, what, { id: 'r' });
  const told = (name: string) => events.filter(({ event }) => event === name);
  await eventually(() => told('run.fenced').length + told('run.stalled').length > 0);
  await turns(5);
  return { run, told };
}

describe('a run whose write is refused', () => {
  it.each(['step', 'transaction'] as const)('goes no further, although its end would be taken: a %s', async (what) => {
    const { run, told } = await refusing(what, 'DF_FENCED');
    expect(run.view().status).toBe('running');
    expect(told('run.fenced')).toMatchObject([{ run: 'r', epoch: 1 }]);
    expect([told('run.stalled'), told('run.ended')]).toEqual([[], []]);
  });

  it.each([
    ['step', 'DF_STORE_FULL'],
    ['transaction', 'DF_STORE_FULL'],
    ['transaction', 'DF_CLOSED'],
  ] as const)('stands still, and fails at nothing, for what the store cannot do: a %s, %s', async (what, code) => {
    const { run, told } = await refusing(what, code);
    expect(['running', 'pending']).toContain(run.view().status);
    expect(told('run.stalled')[0]).toMatchObject({ run: 'r', code, message: expect.stringContaining('not now') as string });
    expect([told('run.fenced'), told('run.ended')]).toEqual([[], []]);
  });

  it('tells the bodies that are under way why', async () => {
    await refusing('beside', 'DF_FENCED');
    expect(await aborted.promise).toMatchObject({ code: 'DF_FENCED' });
  });
});

it('a run whose error throws when it is put into words ends all the same', async () => {
  class Rude extends Error {
    override toString(): string {
      throw new Error('no words');
    }
  }
  @workflow({ name: 'refused-writes/rude' })
  class Fails {
    async run(): Promise<never> {
      throw new Rude('it');
    }
  }
  const events: TelemetryEvent[] = [];
  const flow = await openFlow(':memory:', { telemetry: (event) => void events.push(event) });
  flow.register(Fails, () => new Fails(), { errors: [Rude] });
  expect((await (await flow.start(Fails)).settled()).status).toBe('failed');
  expect(events.find(({ event }) => event === 'run.ended')).toMatchObject({ status: 'failed', error: undefined });
});
