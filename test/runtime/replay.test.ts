import { candidates, isSelection, step, workflow, type Store } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { keptOpen, wrappedStore } from '../fixtures/wrapped-store.js';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { rejection } from '../fixtures/rejection.js';
import { stoppedAfter } from '../fixtures/stopped-after.js';

const executed: string[] = [];

@workflow({ name: 'replay/sequence' })
class Sequence {
  async run(names: string[]) {
    const seen: string[] = [];
    for (const name of names) seen.push(await this.visit(name));
    return seen;
  }

  @step()
  async visit(name: string) {
    executed.push(name);
    return `${name}!`;
  }
}

@workflow({ name: 'replay/values' })
class Values {
  async run() {
    const value = await this.everything();
    await this.after();
    return value;
  }

  @step()
  async everything() {
    executed.push('everything');
    const shared = { n: 1 };
    return {
      date: new Date(0),
      map: new Map([['a', new Set([1n])]]),
      bytes: new Uint8Array([1, 2]),
      nothing: undefined,
      twice: [shared, shared] as const,
      selection: candidates([{ id: 'a', text: 'b' }]),
    };
  }

  @step()
  async after() {
    executed.push('after');
  }
}

/** Runs to the end, losing the process after every single record. */
async function runInPieces(store: Store, Class: typeof Sequence | typeof Values, input: string[]): Promise<unknown> {
  for (let process = 0; ; process++) {
    const stopped = stoppedAfter(store, 1);
    const flow = await openFlow(keptOpen(stopped.store));
    flow.register(Class as typeof Sequence, () => new Class() as Sequence);
    const run = await flow.start(Class as typeof Sequence, input, { id: 'r' });
    const outcome = await Promise.race([run.result(), stopped.happened.then(() => stopped)]);
    await flow.close({ grace: 0 });
    if (outcome !== stopped) return outcome;
    if (process > 20) throw new Error('the run does not come to its end');
  }
}

describe('replay', () => {
  it('gives a resumed run its records instead of a second execution', async () => {
    executed.length = 0;
    const store = memoryStore();
    expect(await runInPieces(store, Sequence, ['a', 'b', 'c', 'd'])).toEqual(['a!', 'b!', 'c!', 'd!']);
    // The step whose record was refused ran a second time: at least once is what is promised.
    expect(executed.filter((name) => name === 'a')).toHaveLength(1);
    expect(store.journal('r').map(({ name, call, seq }) => [seq, call, name])).toEqual([
      [0, 0, 'visit'],
      [1, 1, 'visit'],
      [2, 2, 'visit'],
      [3, 3, 'visit'],
    ]);
  });

  it('is what keeps steps from running again: without the records they do', async () => {
    executed.length = 0;
    const store = memoryStore();
    const stopped = stoppedAfter(store, 1);
    const first = await openFlow(keptOpen(stopped.store));
    first.register(Sequence, () => new Sequence());
    await first.start(Sequence, ['a', 'b'], { id: 'r' });
    await stopped.happened;
    await first.close({ grace: 0 });
    const forgetful = wrappedStore(store, {
      claim: async (next, ...args) => {
        const claim = await next(...args);
        return claim && { ...claim, journal: [] };
      },
      append: async () => {},
    });
    const second = await openFlow(keptOpen(forgetful));
    second.register(Sequence, () => new Sequence());
    await second.run('r').result();
    expect(executed.filter((name) => name === 'a')).toHaveLength(2);
  });

  it('gives back every kind of value as it was', async () => {
    executed.length = 0;
    const store = memoryStore();
    const value = (await runInPieces(store, Values, [])) as Awaited<ReturnType<Values['everything']>>;
    expect(executed.filter((name) => name === 'everything')).toHaveLength(1);
    expect(value).toEqual(await new Values().everything());
    expect(value.twice[0]).toBe(value.twice[1]);
    expect(isSelection(value.selection)).toBe(true);
  });

  it('fails a run whose result cannot be made durable, naming the path', async () => {
    @workflow({ name: 'replay/unserialisable' })
    class Unserialisable {
      async run() {
        return { deep: [() => 1] };
      }
    }
    const flow = await openFlow();
    flow.register(Unserialisable, () => new Unserialisable());
    const run = await flow.start(Unserialisable);
    expect(await rejection(run.result())).toMatchObject({ code: 'DF_UNSERIALISABLE', details: { path: 'deep[0]' } });
    expect(run.view().status).toBe('failed');
  });
});
