import { child, RunCancelled, signal, step, workflow } from 'durableflow';
import { expect } from 'vitest';
import { z } from 'zod';
import { eventually } from '../../fixtures/eventually.js';
import { rejection } from '../../fixtures/rejection.js';
import { scenario } from '../scenario.js';

export const children = [
  scenario('children are awaited, and their failures are caught', async ({ process }) => {
    @workflow({ name: 'conformance/square' })
    class Square {
      async run(n: number) {
        if (n < 0) throw new RangeError('negative');
        return this.square(n);
      }

      @step()
      async square(n: number) {
        return n * n;
      }
    }
    @workflow({ name: 'conformance/squares' })
    class Squares {
      async run(numbers: readonly number[]) {
        const squares = await Promise.all(numbers.map((n) => child(Square, n)));
        const failed = await child(Square, -1).catch((error: unknown) => error instanceof RangeError && error.message);
        return { squares, failed };
      }
    }
    const flow = await process([Square, Squares]);
    const run = await flow.start(Squares, [1, 2, 3], { id: 'squares' });
    expect(await run.result()).toEqual({ squares: [1, 4, 9], failed: 'negative' });
    expect(flow.show(run.id).children.toSorted()).toEqual(['squares/0', 'squares/1', 'squares/2', 'squares/3']);
  }),

  scenario('cancelling a run cancels the children that it waits for, and not those that it has let go', async ({ process }) => {
    @workflow({ name: 'conformance/waiter' })
    class Waiter {
      async run() {
        return signal(z.string(), 'go');
      }
    }
    @workflow({ name: 'conformance/parent' })
    class Parent {
      async run() {
        await child(Waiter, undefined, { detached: true, id: 'let-go' });
        return child(Waiter, undefined, { id: 'awaited' });
      }
    }
    const flow = await process([Waiter, Parent]);
    const run = await flow.start(Parent, undefined, { id: 'parent' });
    await run.settled();
    await eventually(() => ['parent', 'awaited', 'let-go'].every((id) => flow.runs({ status: 'waiting' }).some((it) => it.id === id)));
    await flow.cancel(run.id, 'enough');
    expect(await rejection(run.result())).toBeInstanceOf(RunCancelled);
    expect(await rejection(flow.run('awaited').result())).toBeInstanceOf(RunCancelled);
    await flow.signal('let-go', 'go', 'on');
    expect(await flow.run('let-go').result()).toBe('on');
  }),
];
