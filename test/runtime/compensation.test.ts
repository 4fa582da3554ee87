import { setTimeout as pause } from 'node:timers/promises';
import {
  approval, compensate, DurableFlowError, sideEffect, sleep, step, workflow, type DurableFlow, type SqliteStore,
} from 'durableflow'; // prettier-ignore
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { deferred, type Deferred } from '../fixtures/deferred.js';
import { eventually, turns } from '../fixtures/eventually.js';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { rejection } from '../fixtures/rejection.js';
import { stage, virtualFlow } from '../fixtures/virtual-flow.js';
import { keptOpen, wrappedStore } from '../fixtures/wrapped-store.js';

const done: string[] = [];
let hold: Deferred<void>;
let began: Deferred<void>;
let broken: ReadonlySet<string>;

type Part = 'book' | 'charge' | 'fail' | 'sleep' | 'gate' | 'slow' | 'slowCharge' | 'parallel' | 'edit';

/** Does the parts one after the other; what can be undone tells its name. */
@workflow({ name: 'compensation' })
class Trip {
  async run(parts: readonly Part[]): Promise<string> {
    for (const [index, part] of parts.entries()) await this.do(part, `${part}${index}`);
    return 'arrived';
  }

  async do(part: Part, name: string): Promise<unknown> {
    if (part === 'book') return this.book(name);
    if (part === 'charge') return this.charge(name);
    if (part === 'slow') return this.slowBook(name);
    if (part === 'slowCharge') return this.slowCharge(name);
    if (part === 'sleep') return sleep('1h');
    if (part === 'gate') return this.gated();
    if (part === 'edit') return this.edited(name);
    if (part === 'parallel') return Promise.all([this.slowCharge('slow'), this.fail()]);
    return this.fail();
  }

  @step()
  @compensate('unbook')
  async book(name: string) {
    done.push(name);
    return `${name}!`;
  }

  @step()
  @compensate('unbook')
  async slowBook(name: string) {
    began.resolve();
    await hold.promise;
    done.push(name);
    return `${name}!`;
  }

  @step({ retry: { maxAttempts: 2, initialDelay: 1 } })
  async unbook(value: string, name: string) {
    if (broken.has(name)) throw new Error(`cannot undo ${name}`);
    done.push(`undo ${value} of ${name}`);
  }

  @sideEffect({ idempotencyKey: (name) => `charge:${name}` })
  @compensate('refund')
  async charge(name: string) {
    done.push(name);
    return `${name}!`;
  }

  @sideEffect({ idempotencyKey: (name) => `slow:${name}` })
  @compensate('refund')
  async slowCharge(name: string) {
    began.resolve();
    await hold.promise;
    done.push(name);
    return `${name}!`;
  }

  @sideEffect({ idempotencyKey: (_value, name) => `refund:${name}` })
  async refund(value: string, name: string) {
    done.push(`refund ${value} of ${name}`);
  }

  @approval({ edits: z.tuple([z.string()]) })
  @step()
  @compensate('unbook')
  async edited(name: string) {
    done.push(name);
    return `${name}!`;
  }

  @step({ retry: { maxAttempts: 1 } })
  async fail() {
    throw new TypeError('no hotel');
  }

  @approval()
  @step()
  async gated() {}
}

beforeEach(() => {
  done.length = 0;
  hold = deferred();
  began = deferred();
  broken = new Set();
});

const start = async (parts: readonly Part[]) => {
  const it = await virtualFlow(Trip);
  return { ...it, run: await it.flow.start(Trip, parts, { id: 'r' }) };
};

describe('what a run has done is undone, the last first', () => {
  const undone = ['book0', 'charge1', 'book2', 'undo book2! of book2', 'refund charge1! of charge1', 'undo book0! of book0'];

  it('when it fails', async () => {
    const { run } = await start(['book', 'charge', 'book', 'fail']);
    expect(await rejection(run.result())).toMatchObject({ message: 'no hotel' });
    expect(run.view().status).toBe('failed');
    expect(done).toEqual(undone);
  });

  it('when it is rejected', async () => {
    const { run, flow } = await start(['book', 'charge', 'book', 'gate']);
    await run.settled();
    await flow.reject(flow.approvals()[0]!.id, { by: 'ann' });
    expect(await rejection(run.result())).toMatchObject({ code: 'DF_APPROVAL_REJECTED' });
    expect(run.view().status).toBe('rejected');
    expect(done).toEqual(undone);
  });

  it('when it is cancelled while it waits', async () => {
    const { run } = await start(['book', 'charge', 'book', 'sleep']);
    await run.settled();
    await run.cancel('rain');
    expect(await rejection(run.result())).toMatchObject({ code: 'DF_CANCELLED', details: { reason: 'rain' } });
    expect(run.view().status).toBe('cancelled');
    expect(done).toEqual(undone);
  });

  it('when it is cancelled by a process that cannot undo it, as soon as one can', async () => {
    const { open } = stage();
    const first = await open([Trip]);
    await (await first.start(Trip, ['book', 'charge', 'book', 'sleep'], { id: 'r' })).settled();
    await first.close();
    const operator = await open();
    await operator.cancel('r');
    expect(operator.run('r').view().status).toBe('pending');
    await operator.close();
    expect((await (await open([Trip])).run('r').settled()).status).toBe('cancelled');
    expect(done).toEqual(undone);
  });

  it('when its deadline passes', async () => {
    const it = await virtualFlow(Trip);
    const run = await it.flow.start(Trip, ['book', 'charge', 'book', 'sleep'], { deadline: '30m' });
    expect(await it.clock.until(rejection(run.result()))).toMatchObject({ code: 'DF_DEADLINE' });
    expect(done).toEqual(undone);
  });

  it('and nothing is undone when it completes', async () => {
    const { run } = await start(['book', 'charge']);
    expect(await run.result()).toBe('arrived');
    expect(done).toEqual(['book0', 'charge1']);
  });

  it('and a run that has done nothing yet just ends', async () => {
    const { run } = await start(['fail']);
    await rejection(run.result());
    expect(done).toEqual([]);
  });

  it('caught failures undo nothing', async () => {
    @workflow({ name: 'compensation/catching' })
    class Catching extends Trip {
      override async run() {
        await this.book('a');
        await this.fail().catch(() => {});
        return 'arrived';
      }
    }
    const { flow } = await virtualFlow(Catching);
    expect(await (await flow.start(Catching)).result()).toBe('arrived');
    expect(done).toEqual(['a']);
  });
});

describe('what is under way when the run is stopped', () => {
  it.each(['slow', 'slowCharge'] as const)('is recorded and undone: %s', async (part) => {
    const { run } = await start(['book', part]);
    await began.promise;
    await run.cancel();
    await turns();
    expect(run.view().status).toBe('running');
    expect(done).toEqual(['book0']);
    hold.resolve();
    await run.settled();
    const undo = part === 'slow' ? 'undo' : 'refund';
    expect(done).toEqual(['book0', `${part}1`, `${undo} ${part}1! of ${part}1`, 'undo book0! of book0']);
  });

  it('is recorded and undone if another branch has failed', async () => {
    const { run } = await start(['parallel']);
    await began.promise;
    await turns();
    hold.resolve();
    expect(await rejection(run.result())).toMatchObject({ message: 'no hotel' });
    expect(done).toEqual(['slow', 'refund slow! of slow']);
  });
});

@workflow({ name: 'compensation/branches' })
class Branches {
  async run(what: 'both' | 'own failure') {
    const paid = this.pay();
    await this.work();
    if (what === 'own failure') throw new TypeError('the workflow has failed by itself');
    return paid;
  }

  @sideEffect({ idempotencyKey: () => 'pay', reconcile: 'find' })
  @compensate('refund')
  async pay() {
    done.push('pay');
    await hold.promise;
    return 'paid';
  }

  async find() {
    return 'found';
  }

  @step()
  async work() {
    done.push('work');
    return began.promise;
  }

  @sideEffect({ idempotencyKey: () => 'refund' })
  async refund(value: string) {
    done.push(`refund ${value}`);
  }
}

describe('a run that is cancelled', () => {
  it('after a death in the middle of an effect and a step takes the effect to its record, undoes it, and leaves the step', async () => {
    const { open } = stage();
    const first = await open([Branches]);
    await first.start(Branches, 'both', { id: 'r' });
    await eventually(() => done.length === 2);
    await first.close({ grace: 0 });
    const operator = await open();
    await operator.cancel('r');
    await operator.close();
    expect((await (await open([Branches])).run('r').settled()).status).toBe('cancelled');
    expect(done).toEqual(['work', 'pay', 'refund found']);
  });

  it('is not failed by what its workflow throws while an effect comes to its end', async () => {
    const { flow } = await virtualFlow(Branches);
    const run = await flow.start(Branches, 'own failure', { id: 'r' });
    await eventually(() => done.length === 2);
    await run.cancel();
    began.resolve();
    await turns();
    hold.resolve();
    expect((await run.settled()).status).toBe('cancelled');
    expect(done).toEqual(['work', 'pay', 'refund paid']);
  });
});

@workflow({ name: 'compensation/left-behind' })
class LeftBehind {
  async run(what: 'late' | 'flaky') {
    await this.book();
    await Promise.all([this[what](), this.fail()]);
  }

  @step()
  @compensate('unbook')
  async book() {}

  @step()
  async unbook() {
    began.resolve();
    await hold.promise;
  }

  @step()
  async late() {
    done.push('late begins');
    await began.promise;
  }

  @step({ retry: { maxAttempts: 9, initialDelay: 5, maxDelay: 5 } })
  async flaky() {
    done.push('attempt');
    throw new Error('not now');
  }

  @step({ retry: { maxAttempts: 1 } })
  async fail() {
    throw new TypeError('no hotel');
  }
}

describe('what the undoing has left behind', () => {
  it.each([
    { what: 'late', seen: ['late begins'] },
    { what: 'flaky', seen: ['attempt'] },
  ] as const)('is not recorded, and not tried again: $what', async ({ what, seen }) => {
    const flow = await openFlow();
    flow.register(LeftBehind, () => new LeftBehind());
    const run = await flow.start(LeftBehind, what, { id: 'r' });
    await began.promise;
    await pause(30);
    hold.resolve();
    expect((await run.settled()).status).toBe('failed');
    expect(flow.show('r').steps.map(({ method }) => method)).toEqual(['book', 'fail', 'undo:unbook']);
    expect(done).toEqual(seen);
  });
});

describe('the undoing', () => {
  it('goes on where it was, if its process dies in the middle of it: at every record', async () => {
    const parts: Part[] = ['book', 'charge', 'book', 'fail'];
    const undone = ['undo book2! of book2', 'refund charge1! of charge1', 'undo book0! of book0'];
    for (let records = 4; records < 8; records++) {
      done.length = 0;
      const inner = memoryStore();
      let left = records;
      const died = deferred();
      const dead = (): Promise<never> => (died.resolve(), Promise.reject(new DurableFlowError('DF_FENCED', 'died here')));
      const dying = wrappedStore(keptOpen(inner), {
        append: (next, ...args) => (left-- > 0 ? next(...args) : dead()),
        finish: () => dead(),
        intend: (next, ...args) => (left > 0 ? next(...args) : dead()),
      });
      const first = await stage(dying).open([Trip]);
      await first.start(Trip, parts, { id: 'r' });
      await died.promise;
      await first.close({ grace: 0 });
      const second = await stage(inner).open([Trip]);
      expect(await rejection(second.run('r').result())).toMatchObject({ message: 'no hotel' });
      // A step is at least once; the effect and the order are exact.
      expect([...new Set(done)]).toEqual(['book0', 'charge1', 'book2', ...undone]);
      expect(done.filter((it) => it.startsWith('refund'))).toHaveLength(1);
      expect(done.length).toBeLessThanOrEqual(7);
      await second.close();
    }
  });

  it('goes on after a death in the middle of a cancellation, too', async () => {
    const inner = memoryStore();
    let left = 4;
    const died = deferred();
    const dying = wrappedStore(keptOpen(inner), {
      append: (next, ...args) => (left-- > 0 ? next(...args) : (died.resolve(), new Promise(() => {}))),
    });
    const first = await stage(dying).open([Trip]);
    const run = await first.start(Trip, ['book', 'book', 'sleep'], { id: 'r' });
    await run.settled();
    await run.cancel('rain');
    await died.promise;
    await first.close({ grace: 0 });
    const second = await stage(inner).open([Trip]);
    expect((await second.run('r').settled()).status).toBe('cancelled');
    expect([...new Set(done)]).toEqual(['book0', 'book1', 'undo book1! of book1', 'undo book0! of book0']);
  });

  it('that fails is reported with the original error, and the others are made all the same', async () => {
    broken = new Set(['book1']);
    const { run, clock, flow } = await start(['book', 'book', 'charge', 'fail']);
    const error = (await clock.until(rejection(run.result()))) as DurableFlowError;
    expect(error).toMatchObject({ code: 'DF_COMPENSATION_FAILED', cause: { message: 'no hotel' } });
    expect(error.details['failed']).toEqual([{ method: 'unbook', error: 'Error: cannot undo book1' }]);
    expect(run.view().status).toBe('failed');
    expect(done).toEqual(['book0', 'book1', 'charge2', 'refund charge2! of charge2', 'undo book0! of book0']);
    expect(
      flow
        .show('r')
        .steps.filter(({ method }) => method.startsWith('undo:'))
        .map(({ attempts }) => attempts),
    ).toEqual([1, 2, 1]);
  });

  it('gets the arguments as an operator has changed them', async () => {
    const { run, flow } = await start(['edit', 'sleep']);
    await run.settled();
    await flow.approve(flow.approvals()[0]!.id, { by: 'ann', edit: ['changed'] });
    await eventually(() => run.view().status === 'waiting' && done.length === 1);
    await run.cancel();
    await run.settled();
    expect(done).toEqual(['changed', 'undo changed! of changed']);
  });

  it('cannot be cancelled', async () => {
    const { run } = await start(['book', 'slowCharge']);
    await began.promise;
    await run.cancel('first');
    await run.cancel('second');
    hold.resolve();
    await run.settled();
    expect(run.view().error).toMatchObject({ details: { reason: 'first' } });
    expect(done).toHaveLength(4);
  });
});

@workflow({ name: 'compensation/gated' })
class GatedUndo {
  async run() {
    await this.pay();
    await this.pay();
    throw new Error('sold out');
  }

  @step()
  @compensate('payBack')
  async pay() {
    done.push('pay');
  }

  @approval()
  @step()
  async payBack() {
    done.push('pay back');
  }
}

describe('a gate in the undoing', () => {
  async function parked(
    options: { deadline?: '1h' } = {},
  ): Promise<{ flow: DurableFlow; store: SqliteStore; it: ReturnType<typeof stage> }> {
    const store = memoryStore();
    const it = stage(store);
    const flow = await it.open([GatedUndo]);
    const run = await flow.start(GatedUndo, undefined, { id: 'r', ...options });
    expect((await run.settled()).status).toBe('waiting');
    return { flow, store, it };
  }

  it('parks the run, and each yes undoes one more', async () => {
    const { flow, it } = await parked();
    await flow.approve(flow.approvals()[0]!.id, { by: 'ann' });
    await eventually(() => done.length === 3 && flow.run('r').view().status === 'waiting');
    await flow.close();
    const second = await it.open([GatedUndo]);
    await second.approve(second.approvals()[0]!.id, { by: 'ann' });
    expect(await rejection(second.run('r').result())).toMatchObject({ message: 'sold out' });
    expect(done).toEqual(['pay', 'pay', 'pay back', 'pay back']);
  });

  it('refused is an undoing that failed', async () => {
    const { flow } = await parked();
    await flow.reject(flow.approvals()[0]!.id, { by: 'ann' });
    await eventually(() => flow.approvals().length === 1);
    await flow.approve(flow.approvals()[0]!.id, { by: 'ann' });
    expect(await rejection(flow.run('r').result())).toMatchObject({ code: 'DF_COMPENSATION_FAILED' });
    expect(done).toEqual(['pay', 'pay', 'pay back']);
  });

  it('stays up, whoever cancels the run and whatever deadline passes', async () => {
    const { flow, it } = await parked({ deadline: '1h' });
    await flow.cancel('r');
    await eventually(() => flow.run('r').view().status === 'waiting');
    await it.clock.advance('2h');
    const { claims, status } = flow.run('r').view();
    expect(status).toBe('waiting');
    expect(claims).toBeLessThanOrEqual(3);
    await flow.approve(flow.approvals()[0]!.id, { by: 'ann' });
    await eventually(() => done.length === 3 && flow.run('r').view().status === 'waiting');
    await flow.approve(flow.approvals()[0]!.id, { by: 'ann' });
    expect(await rejection(flow.run('r').result())).toMatchObject({ message: 'sold out' });
  });
});
