import { approval, ApprovalRejected, child, RunCancelled, RunDiverged, signal, sleep, step, workflow, type Store } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { deferred } from '../../fixtures/deferred.js';
import { eventually } from '../../fixtures/eventually.js';
import { memoryStore } from '../../fixtures/open-flow.js';
import { errorCode, rejection } from '../../fixtures/rejection.js';
import { stage, virtualFlow } from '../../fixtures/virtual-flow.js';
import { keptOpen, wrappedStore } from '../../fixtures/wrapped-store.js';

const executed: string[] = [];
let changed = false;

type Errand = 'return' | 'fail' | 'sleep' | 'gate' | 'signal' | 'diverge';

@workflow({ name: 'child/errand' })
class Errands {
  async run(what: Errand): Promise<string> {
    if (what === 'sleep') await sleep('1h');
    if (what === 'signal') return signal(z.string(), 'go');
    if (what === 'gate') return this.gated();
    if (what === 'diverge') {
      await sleep(changed ? 1000 : 2000);
      return 'never';
    }
    return this.work(what);
  }

  @step({ retry: { maxAttempts: 1 } })
  async work(what: string) {
    executed.push(what);
    if (what === 'fail') throw new RangeError('no luck');
    return `did ${what}`;
  }

  @approval()
  @step()
  async gated() {
    return 'through the gate';
  }
}

@workflow({ name: 'child/parent' })
class Parent {
  async run({ what, id, detached = false }: { what: Errand; id?: string; detached?: boolean }): Promise<string> {
    const options = id === undefined ? {} : { id };
    if (detached) return child(Errands, what, { ...options, detached: true });
    return child(Errands, what, options);
  }
}

beforeEach(() => {
  executed.length = 0;
  changed = false;
});

describe('child', () => {
  it('runs as a run of its own, and its outcome is the call’s', async () => {
    const { flow } = await virtualFlow(Parent, Errands);
    const run = await flow.start(Parent, { what: 'return' }, { id: 'p' });
    expect(await run.result()).toBe('did return');
    expect(flow.show('p')).toMatchObject({ children: ['p/0'], waits: [] });
    expect(flow.run('p/0').view()).toMatchObject({ status: 'completed', parent: 'p', workflow: 'child/errand' });
  });

  it('that takes long leaves the parent parked, with nothing in memory', async () => {
    const { flow, clock } = await virtualFlow(Parent, Errands);
    const run = await flow.start(Parent, { what: 'sleep' }, { id: 'p' });
    expect(await run.settled()).toMatchObject({ status: 'waiting', wakeAt: undefined });
    expect(flow.show('p').waits).toMatchObject([{ name: 'child:child/errand' }]);
    await clock.advance('1h');
    expect(await run.result()).toBe('did sleep');
    expect(executed).toEqual(['sleep']);
  });

  it('that fails throws its own error at the call', async () => {
    const { flow } = await virtualFlow(Parent, Errands);
    const run = await flow.start(Parent, { what: 'fail' });
    const error = await rejection(run.result());
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: 'no luck' });
    expect(run.view().status).toBe('failed');
  });

  it('that is rejected rejects the parent', async () => {
    const { flow } = await virtualFlow(Parent, Errands);
    const run = await flow.start(Parent, { what: 'gate' }, { id: 'p' });
    await eventually(() => flow.approvals().length === 1);
    await flow.reject(flow.approvals()[0]!.id, { by: 'ann' });
    expect(await rejection(run.result())).toBeInstanceOf(ApprovalRejected);
    expect(run.view().status).toBe('rejected');
  });

  it('that is cancelled by somebody fails the parent', async () => {
    const { flow } = await virtualFlow(Parent, Errands);
    const run = await flow.start(Parent, { what: 'sleep' }, { id: 'p' });
    await run.settled();
    await eventually(() => flow.run('p/0').view().status === 'waiting');
    await flow.cancel('p/0', 'not wanted');
    expect(await rejection(run.result())).toBeInstanceOf(RunCancelled);
    expect(run.view().status).toBe('failed');
  });

  it('that diverges fails the parent', async () => {
    const { flow, clock } = await virtualFlow(Parent, Errands);
    const run = await flow.start(Parent, { what: 'diverge' }, { id: 'p' });
    await eventually(() => flow.runs({ status: 'waiting' }).length === 2);
    changed = true;
    await clock.advance('2s');
    expect(await rejection(run.result())).toBeInstanceOf(RunDiverged);
    expect(flow.run('p/0').view().status).toBe('diverged');
  });

  it('of a class that is not registered, or no class, has a code', async () => {
    const { flow } = await virtualFlow(Parent);
    expect(await errorCode((await flow.start(Parent, { what: 'return' })).result())).toBe('DF_UNKNOWN_WORKFLOW');
    expect(await errorCode(() => child(class {} as never))).toBe('DF_UNKNOWN_WORKFLOW');
    expect(await errorCode(() => child(Errands, 'return'))).toBe('DF_OUTSIDE_RUN');
  });

  it('whose id belongs to other work is refused, and leaves nothing behind', async () => {
    const { flow } = await virtualFlow(Parent, Errands);
    await (await flow.start(Errands, 'return', { id: 'taken' })).result();
    const run = await flow.start(Parent, { what: 'sleep', id: 'taken' }, { id: 'p' });
    expect(await errorCode(run.result())).toBe('DF_INPUT_MISMATCH');
    expect(flow.show('p').waits).toEqual([]);
  });

  it('whose id belongs to a run that somebody else has started is refused until that has ended, and then adopted', async () => {
    const { flow, clock } = await virtualFlow(Parent, Errands);
    const shared = await flow.start(Errands, 'sleep', { id: 'shared' });
    await shared.settled();
    expect(await errorCode((await flow.start(Parent, { what: 'sleep', id: 'shared' })).result())).toBe('DF_INPUT_MISMATCH');
    await clock.until(shared.result());
    expect(await (await flow.start(Parent, { what: 'sleep', id: 'shared' })).result()).toBe('did sleep');
    expect(executed).toEqual(['sleep']);
  });

  it('in any number side by side, with one process after another', async () => {
    @workflow({ name: 'child/fan' })
    class Fan {
      run() {
        return Promise.all((['sleep', 'return', 'signal', 'sleep'] as const).map((what) => child(Errands, what)));
      }
    }
    const { open, clock } = stage();
    const first = await open([Fan, Errands]);
    await first.start(Fan, undefined, { id: 'p' });
    await eventually(() => first.runs({ status: 'waiting' }).length === 4);
    await first.close();
    const second = await open([Fan, Errands]);
    await second.signal('p/2', 'go', 'gone');
    await eventually(() => second.run('p/2').view().status === 'completed');
    await second.close();
    const third = await open([Fan, Errands]);
    expect(await clock.until(third.run('p').result())).toEqual(['did sleep', 'did return', 'gone', 'did sleep']);
    expect(executed.sort()).toEqual(['return', 'sleep', 'sleep']);
  });
});

describe('a detached child', () => {
  it('is not waited for, and survives its parent’s cancellation', async () => {
    @workflow({ name: 'child/detaching' })
    class Detaching {
      async run() {
        const id = await child(Errands, 'sleep', { detached: true });
        await sleep('1d');
        return id;
      }
    }
    const { flow, clock } = await virtualFlow(Detaching, Errands);
    const run = await flow.start(Detaching, undefined, { id: 'p' });
    await eventually(() => run.view().status === 'waiting' && flow.run('p/0').view().status === 'waiting');
    await run.cancel();
    expect(flow.run('p/0').view().status).toBe('waiting');
    expect(await clock.until(flow.run('p/0').result())).toBe('did sleep');
  });

  it('gives its id, and its end does not disturb the parent', async () => {
    const { flow, clock } = await virtualFlow(Parent, Errands);
    const run = await flow.start(Parent, { what: 'sleep', id: 'c', detached: true });
    expect(await run.result()).toBe('c');
    expect(await clock.until(flow.run('c').result())).toBe('did sleep');
  });
});

describe('cancelling the parent', () => {
  @workflow({ name: 'child/grandparent' })
  class Grandparent {
    run(what: Errand) {
      return child(Parent, { what });
    }
  }

  it('cancels children and their children', async () => {
    const { flow } = await virtualFlow(Grandparent, Parent, Errands);
    const run = await flow.start(Grandparent, 'sleep', { id: 'g' });
    await eventually(() => flow.runs({ status: 'waiting' }).length === 3);
    await run.cancel('enough');
    await eventually(() => flow.runs({ status: 'cancelled' }).length === 3);
    expect(String(flow.run('g/0/0').view().error)).toContain('cancelled');
  });

  it('from a process that has no class registered cancels the children too', async () => {
    const { open } = stage();
    const first = await open([Parent, Errands]);
    await first.start(Parent, { what: 'sleep' }, { id: 'p' });
    await eventually(() => first.runs({ status: 'waiting' }).length === 2);
    await first.close();
    const operator = await open();
    await operator.cancel('p');
    await eventually(() => operator.run('p/0').view().status === 'cancelled');
  });

  it('while its child is being started leaves no child behind', async () => {
    const inner = memoryStore();
    const reached = deferred();
    const release = deferred();
    const answered = deferred<unknown>();
    const store = wrappedStore(keptOpen(inner), {
      start: async (next, run) => {
        if (!run.parent) return next(run);
        reached.resolve();
        await release.promise;
        const answer = next(run);
        answer.then(answered.resolve, answered.resolve);
        return answer;
      },
    });
    const { open } = stage(store);
    const flow = await open([Parent, Errands]);
    const run = await flow.start(Parent, { what: 'sleep' }, { id: 'p' });
    await reached.promise;
    await run.cancel();
    await eventually(() => run.view().status === 'cancelled');
    release.resolve();
    expect(await answered.promise).toMatchObject({ code: 'DF_RUN_ENDED' });
    expect(flow.runs().map(({ id }) => id)).toEqual(['p']);
  });

  it('reaches the children even if its process dies in between', async () => {
    const inner = memoryStore();
    const store = wrappedStore(keptOpen(inner), {
      // The process dies before it has cancelled the child.
      cancel: (next, id, ...rest) => (id === 'p/0' ? new Promise(() => {}) : next(id, ...rest)),
    });
    const dying = await stage(store).open([Parent, Errands]);
    await dying.start(Parent, { what: 'sleep' }, { id: 'p' });
    await eventually(() => dying.runs({ status: 'waiting' }).length === 2);
    void dying.cancel('p');
    await eventually(() => dying.run('p').view().status === 'cancelled');
    await dying.close();
    const next = await stage(inner).open([Parent, Errands]);
    await eventually(() => next.run('p/0').view().status === 'cancelled');
  });
});

describe('a parent whose process dies', () => {
  const refuse = () => new Promise<never>(() => {});
  const deaths: Record<string, (inner: Store, died: () => void) => Store> = {
    'before the child is started': (inner, died) =>
      wrappedStore(inner, { start: (next, run) => (run.parent ? (died(), refuse()) : next(run)) }),
    'after the child is started': (inner, died) =>
      wrappedStore(inner, {
        start: async (next, run) => {
          if (!run.parent) return next(run);
          await next({ ...run, owner: undefined });
          died();
          return refuse();
        },
      }),
    'before the child’s end is recorded': (inner, died) =>
      wrappedStore(inner, {
        append: (next, lease, record, receipt) => (lease.runId === 'p' ? (died(), refuse()) : next(lease, record, receipt)),
      }),
  };

  it.each(Object.keys(deaths))('%s goes on, and the child has run once', async (when) => {
    const inner = memoryStore();
    const died = deferred();
    const first = await stage(keptOpen(deaths[when]!(inner, died.resolve))).open([Parent, Errands]);
    await first.start(Parent, { what: 'return' }, { id: 'p' });
    await died.promise;
    await first.close({ grace: 0 });
    const second = await stage(inner).open([Parent, Errands]);
    expect(await second.run('p').result()).toBe('did return');
    expect(second.runs()).toHaveLength(2);
    expect(executed).toEqual(['return']);
  });

  it('is taken up by a process that does not have the child’s class, and waits on', async () => {
    const { open, clock } = stage();
    const first = await open([Parent, Errands]);
    await first.start(Parent, { what: 'sleep' }, { id: 'p' });
    await eventually(() => first.runs({ status: 'waiting' }).length === 2);
    await first.close();
    const second = await open([Parent]);
    await second.resume('p');
    await second.signal('p', 'nothing');
    await eventually(() => second.run('p').view().status === 'waiting');
    await second.close();
    const third = await open([Parent, Errands]);
    expect(await clock.until(third.run('p').result())).toBe('did sleep');
  });
});
