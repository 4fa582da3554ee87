import { abortSignal, approval, effectKey, sideEffect, step, workflow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { errorCode, rejection } from '../fixtures/rejection.js';
import { stoppedAfter } from '../fixtures/stopped-after.js';
import { keptOpen } from '../fixtures/wrapped-store.js';

describe('a durable call', () => {
  it('in the body of another one is refused, whether it is awaited or caught', async () => {
    @workflow({ name: 'calls/nested' })
    class Nested {
      attempts = 0;

      run() {
        return this.outer();
      }

      @step({ retry: { maxAttempts: 3, initialDelay: 0 } })
      async outer() {
        this.attempts++;
        return this.inner();
      }

      @step()
      async inner() {
        return 1;
      }
    }
    const flow = await openFlow();
    const instance = new Nested();
    flow.register(Nested, () => instance);
    expect(await errorCode((await flow.start(Nested)).result())).toBe('DF_NESTED_CALL');
    expect(instance.attempts).toBe(1);
  });

  it('of a method that calls itself is one call', async () => {
    @workflow({ name: 'calls/recursive' })
    class Recursive {
      run(n: number) {
        return this.factorial(n);
      }

      @step()
      async factorial(n: number): Promise<number> {
        return n <= 1 ? 1 : n * (await this.factorial(n - 1));
      }
    }
    const flow = await openFlow();
    flow.register(Recursive, () => new Recursive());
    expect(await (await flow.start(Recursive, 5, { id: 'r' })).result()).toBe(120);
    expect(flow.show('r').steps).toHaveLength(1);
  });

  it('of another object is durable under the name of its class', async () => {
    let looked = 0;
    class Directory {
      @step()
      async find(name: string) {
        looked++;
        return `found ${name}`;
      }
    }
    @workflow({ name: 'calls/foreign' })
    class Foreign {
      readonly directory = new Directory();

      async run() {
        const one = await this.directory.find('a');
        await this.find('b');
        return one;
      }

      @step()
      async find(name: string) {
        return name;
      }
    }
    const store = memoryStore();
    const stopped = stoppedAfter(store, 1);
    const first = await openFlow(keptOpen(stopped.store));
    first.register(Foreign, () => new Foreign());
    await first.start(Foreign, undefined, { id: 'r' });
    await stopped.happened;
    await first.close({ grace: 0 });
    const second = await openFlow(keptOpen(store));
    second.register(Foreign, () => new Foreign());
    expect(await second.run('r').result()).toBe('found a');
    expect(looked).toBe(1);
    expect(second.show('r').steps.map(({ method }) => method)).toEqual(['Directory.find', 'find']);
  });

  it('reached by super from run() has the name of the class that defines it, whoever comes first', async () => {
    class Base {
      @step()
      async work() {
        return 'base';
      }
    }
    @workflow({ name: 'calls/one' })
    class One extends Base {
      run() {
        return super.work();
      }

      @step()
      override async work() {
        return 'one';
      }
    }
    @workflow({ name: 'calls/two' })
    class Two extends Base {
      run() {
        return super.work();
      }

      @step()
      override async work() {
        return 'two';
      }
    }
    const flow = await openFlow();
    flow.register(One, () => new One()).register(Two, () => new Two());
    await (await flow.start(One, undefined, { id: 'one' })).result();
    await (await flow.start(Two, undefined, { id: 'two' })).result();
    const names = ['one', 'two'].map((id) => flow.show(id).steps[0]!.method);
    expect(names).toEqual(['Base.work', 'Base.work']);
  });

  it('may be made by several runs at the same time, each with its own', async () => {
    @workflow({ name: 'calls/many' })
    class Many {
      async run(n: number) {
        const parts = await Promise.all([this.part(n, 1), this.part(n, 2), this.part(n, 3)]);
        return parts.join();
      }

      @step()
      async part(n: number, part: number) {
        await new Promise((resolve) => setImmediate(resolve));
        return n * 10 + part;
      }
    }
    const flow = await openFlow();
    flow.register(Many, () => new Many());
    const runs = await Promise.all(Array.from({ length: 40 }, (_, n) => flow.start(Many, n)));
    expect(await Promise.all(runs.map((run) => run.result()))).toEqual(runs.map((_, n) => [n * 10 + 1, n * 10 + 2, n * 10 + 3].join()));
  });
});

describe('effectKey() and abortSignal()', () => {
  it('belong to the attempt that they are called in', async () => {
    const keys: string[] = [];
    @workflow({ name: 'calls/scopes' })
    class Scopes {
      async run() {
        await Promise.all([this.send('a'), this.send('b')]);
        return this.plain();
      }

      @sideEffect({ idempotencyKey: (to) => `to ${to}` })
      async send(to: string) {
        await new Promise((resolve) => setImmediate(resolve));
        keys.push(`${to}: ${effectKey()}`);
        return abortSignal().aborted;
      }

      @step({ retry: { maxAttempts: 1 } })
      async plain() {
        return effectKey();
      }
    }
    const flow = await openFlow();
    flow.register(Scopes, () => new Scopes());
    expect(await errorCode((await flow.start(Scopes)).result())).toBe('DF_INVALID_INPUT');
    expect(keys.sort()).toEqual(['a: to a', 'b: to b']);
  });

  it('are fresh, and never aborted, outside', () => {
    expect(effectKey()).not.toBe(effectKey());
    expect(abortSignal().aborted).toBe(false);
  });
});

describe('a gate whose text cannot be made', () => {
  it('fails the call, and nothing else', async () => {
    @workflow({ name: 'calls/show' })
    class Shows {
      run() {
        return this.gated();
      }

      @approval({
        show: () => {
          throw new Error('no text');
        },
      })
      @step()
      async gated() {}
    }
    const flow = await openFlow();
    flow.register(Shows, () => new Shows());
    expect(await rejection((await flow.start(Shows)).result())).toMatchObject({ message: 'no text' });
  });

  it('or is no text, does not harm other runs of the same turn', async () => {
    @workflow({ name: 'calls/show-object' })
    class ShowsObject {
      run(_n: number) {
        return this.gated();
      }

      @approval({ show: (() => ({ not: 'a text' })) as never })
      @step()
      async gated() {}
    }
    @workflow({ name: 'calls/bystander' })
    class Bystander {
      async run() {
        await this.work();
        return this.work();
      }

      @step()
      async work() {
        return 'fine';
      }
    }
    const flow = await openFlow();
    flow.register(ShowsObject, () => new ShowsObject()).register(Bystander, () => new Bystander());
    const [bystander, ...shows] = await Promise.all([flow.start(Bystander), flow.start(ShowsObject, 1), flow.start(ShowsObject, 2)]);
    expect(await bystander.result()).toBe('fine');
    for (const run of shows) expect(['waiting', 'failed']).toContain((await run.settled()).status);
  });
});
