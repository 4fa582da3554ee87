import { candidates, contextBudget, isSelection, step, workflow, type Selection } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { rejection } from '../fixtures/rejection.js';
import { keptOpen } from '../fixtures/wrapped-store.js';

@workflow({ name: 'values/mutating' })
class Mutating {
  async run() {
    const order = { lines: [1] };
    const returned = await this.addLine(order);
    returned.lines.push(99);
    const again = await this.addLine(order);
    await this.addLineOf(2, order);
    return { order, returned: returned.lines, again: again.lines };
  }

  @step()
  async addLine(order: { lines: number[] }) {
    order.lines.push(2);
    return order;
  }

  @step()
  async addLineOf(line: number, order: { lines: number[] }) {
    order.lines.push(line);
  }
}

@workflow({ name: 'values/refused' })
class Refused {
  attempts = 0;

  async run(what: 'result' | 'argument' | 'caught') {
    if (what === 'caught') {
      await this.take(() => {}).catch(() => {});
      return this.take('sent');
    }
    if (what === 'argument') return this.take({ nested: { socket: () => {} } });
    return this.give();
  }

  @step({ retry: { initialDelay: 0 } })
  async give() {
    this.attempts++;
    return { list: [{ ok: 1 }, { socket: Symbol('live') }] };
  }

  @step()
  async take(value: unknown) {
    this.attempts++;
    return value;
  }
}

describe('values', () => {
  it('are copies: what a body does to its arguments is invisible to the workflow', async () => {
    const flow = await openFlow();
    flow.register(Mutating, () => new Mutating());
    const run = await flow.start(Mutating);
    expect(await run.result()).toEqual({ order: { lines: [1] }, returned: [1, 2, 99], again: [1, 2] });
  });

  it.each([
    ['result', 'list[1].socket', 1],
    ['argument', '[0].nested.socket', 0],
  ] as const)('that cannot be encoded are refused, naming the path: as a %s', async (what, path, attempts) => {
    const flow = await openFlow();
    const instance = new Refused();
    flow.register(Refused, () => instance);
    const run = await flow.start(Refused, what);
    expect(await rejection(run.result())).toMatchObject({ code: 'DF_UNSERIALISABLE', details: { path } });
    expect(instance.attempts).toBe(attempts);
  });

  it('that cannot be encoded have taken their place among the calls, though nothing is on record of them', async () => {
    const flow = await openFlow();
    flow.register(Refused, () => new Refused());
    const run = await flow.start(Refused, 'caught');
    expect(await run.result()).toBe('sent');
    expect(flow.show(run.id).steps.map(({ call }) => call)).toEqual([1]);
  });

  it('pass through as sparse, undefined and negative zero', async () => {
    @workflow({ name: 'values/odd' })
    class Odd {
      async run(input: unknown[]) {
        return this.same(input);
      }

      @step()
      async same(input: unknown[]) {
        return input;
      }
    }
    const flow = await openFlow();
    flow.register(Odd, () => new Odd());
    const odd = [undefined, null, -0, NaN, Infinity, 2n ** 80n, '\ud800', 'a\0b', new Date(NaN)];
    const result = (await (await flow.start(Odd, odd)).result()) as unknown[];
    expect(result).toEqual(odd);
    expect(Object.is(result[2], -0)).toBe(true);
  });

  it('stay the ones that were asked with, even if the workflow changes them before the body runs', async () => {
    @workflow({ name: 'values/changed-later' })
    class ChangedLater {
      async run() {
        const input = { n: 1 };
        const call = this.same(input);
        input.n = 2;
        return call;
      }

      @step()
      async same(input: { n: number }) {
        return input.n;
      }
    }
    const flow = await openFlow();
    flow.register(ChangedLater, () => new ChangedLater());
    expect(await (await flow.start(ChangedLater)).result()).toBe(1);
  });

  it('of a selection are packed for the body only: the digest is that of the offer', async () => {
    @workflow({ name: 'values/selection' })
    class Selecting {
      async run() {
        const offer = candidates([
          { id: 'a', text: 'bikes and bells' },
          { id: 'b', text: 'x'.repeat(3000) },
        ]);
        const got = await this.choose('bikes', offer);
        return { got, offered: offer.selected.length };
      }

      @step()
      @contextBudget({ maxTokens: 100, query: (question) => question })
      async choose(_question: string, offer: Selection) {
        return offer.selected.map(({ id }) => id);
      }
    }
    const store = memoryStore();
    const flow = await openFlow(keptOpen(store));
    flow.register(Selecting, () => new Selecting());
    expect(await (await flow.start(Selecting)).result()).toEqual({ got: ['a'], offered: 2 });
    expect(isSelection(candidates([]))).toBe(true);
  });
});
