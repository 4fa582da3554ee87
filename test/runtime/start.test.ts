import { SqliteStore, step, workflow } from 'durableflow';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { turns } from '../fixtures/eventually.js';
import { ManualClock } from '../fixtures/manual-clock.js';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { errorCode } from '../fixtures/rejection.js';
import { keptOpen } from '../fixtures/wrapped-store.js';

let executed = 0;

@workflow({ name: 'start/echo' })
class Echo {
  async run(input: { a: number; b?: unknown }) {
    return this.echo(input);
  }

  @step()
  async echo(input: { a: number; b?: unknown }) {
    executed++;
    return input;
  }
}

@workflow({ name: 'start/other' })
class Other {
  async run(input: { a: number }) {
    return input.a;
  }
}

async function echoFlow(options: Parameters<typeof openFlow>[1] = {}) {
  executed = 0;
  const flow = await openFlow(':memory:', options);
  flow.register(Echo, () => new Echo()).register(Other, () => new Other());
  return flow;
}

describe('flow.start', () => {
  it('returns the run that is there for the same id and input, and executes it once', async () => {
    const flow = await echoFlow();
    const runs = await Promise.all([1, 2, 3].map(() => flow.start(Echo, { a: 1, b: 'x' }, { id: 'r' })));
    expect(await Promise.all(runs.map((run) => run.result()))).toEqual(Array(3).fill({ a: 1, b: 'x' }));
    const again = await flow.start(Echo, { a: 1, b: 'x' }, { id: 'r' });
    expect(await again.result()).toEqual({ a: 1, b: 'x' });
    expect(executed).toBe(1);
    expect(flow.runs()).toHaveLength(1);
  });

  it('takes the order of keys for no difference', async () => {
    const flow = await echoFlow();
    await flow.start(Echo, { a: 1, b: { c: 1, d: 2 } }, { id: 'r' });
    const again = await flow.start(Echo, { b: { d: 2, c: 1 }, a: 1 }, { id: 'r' });
    await again.result();
    expect(executed).toBe(1);
  });

  it('refuses the id of other work', async () => {
    const flow = await echoFlow();
    await flow.start(Echo, { a: 1 }, { id: 'r' });
    expect(await errorCode(flow.start(Echo, { a: 2 }, { id: 'r' }))).toBe('DF_INPUT_MISMATCH');
    expect(await errorCode(flow.start(Other, { a: 1 }, { id: 'r' }))).toBe('DF_INPUT_MISMATCH');
    expect(flow.runs()).toHaveLength(1);
  });

  it('with a delay sets an alarm, and looks for nothing until then', async () => {
    const clock = new ManualClock();
    const flow = await echoFlow({ clock });
    await turns(5);
    const looked = vi.spyOn(SqliteStore.prototype, 'claimable');
    onTestFinished(() => looked.mockRestore());
    const [late, soon] = [await flow.start(Other, { a: 2 }, { delay: '2h' }), await flow.start(Other, { a: 1 }, { delay: '1h' })];
    await turns(5);
    expect(looked).not.toHaveBeenCalled();
    clock.advance(3_600_000);
    expect(await soon.result()).toBe(1);
    expect(late.view().status).toBe('waiting');
    clock.advance(3_600_000);
    expect(await late.result()).toBe(2);
  });

  it('makes an id of its own if none is given', async () => {
    const flow = await echoFlow();
    const [one, two] = await Promise.all([flow.start(Echo, { a: 1 }), flow.start(Echo, { a: 1 })]);
    expect(one.id).not.toBe(two.id);
    await Promise.all([one.result(), two.result()]);
    expect(executed).toBe(2);
  });

  it('refuses what it cannot do, each with its own code, and starts nothing', async () => {
    const flow = await echoFlow();
    class Unregistered {
      async run() {}
    }
    expect(await errorCode(flow.start(Unregistered))).toBe('DF_UNKNOWN_WORKFLOW');
    expect(await errorCode(flow.start(Echo, { a: 1, b: () => 1 }))).toBe('DF_UNSERIALISABLE');
    expect(await errorCode(flow.start(Echo, { a: 1 }, { id: '' }))).toBe('DF_INVALID_INPUT');
    expect(await errorCode(() => flow.run('nobody'))).toBe('DF_UNKNOWN_RUN');
    expect(await errorCode(() => flow.show('nobody'))).toBe('DF_UNKNOWN_RUN');
    expect(flow.runs()).toEqual([]);
  });

  it('refuses two classes for one name and version, but takes the same class again', async () => {
    const flow = await echoFlow();
    flow.register(Echo, () => new Echo());
    @workflow({ name: 'start/echo' })
    class Impostor {
      async run() {}
    }
    expect(await errorCode(() => flow.register(Impostor, () => new Impostor()))).toBe('DF_DUPLICATE_WORKFLOW');
    expect(await errorCode(() => flow.register(Echo, 'no factory' as never))).toBe('DF_INVALID_INPUT');
  });

  it('leaves runs of another version to whoever has it registered', async () => {
    const store = memoryStore();
    @workflow({ name: 'start/versioned', version: '1' })
    class First {
      async run() {
        return 1;
      }
    }
    @workflow({ name: 'start/versioned', version: '2' })
    class Second {
      async run() {
        return 2;
      }
    }
    await store.start({ id: 'r', workflow: 'start/versioned', version: '1', input: '-1', inputDigest: '', at: 1, owner: undefined });
    const flow = await openFlow(keptOpen(store));
    flow.register(Second, () => new Second());
    expect(await errorCode(flow.resume('r'))).toBe('DF_UNKNOWN_WORKFLOW');
    expect(flow.run('r').view().status).toBe('pending');
    flow.register(First, () => new First());
    expect(await flow.run('r').result()).toBe(1);
  });
});
