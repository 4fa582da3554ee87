import Database from 'better-sqlite3';
import { join } from 'node:path';
import { ApprovalExpired, ApprovalRejected, approval, step, workflow, type DurableFlow, type TelemetryEvent } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { deferred, type Deferred } from '../fixtures/deferred.js';
import { eventually, turns } from '../fixtures/eventually.js';
import { ManualClock } from '../fixtures/manual-clock.js';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { errorCode, rejection } from '../fixtures/rejection.js';
import { tempFolder } from '../fixtures/temp-folder.js';
import { wrappedStore } from '../fixtures/wrapped-store.js';

const executed: string[] = [];

@workflow({ name: 'approval/refund' })
class Refund {
  async run({ cents, catches = false }: { cents: number; catches?: boolean }) {
    try {
      return await this.refund('c-1', cents);
    } catch (error) {
      if (catches && error instanceof ApprovalRejected) return `not refunded, says ${error.by}: ${error.reason}`;
      throw error;
    }
  }

  @approval({ expiresIn: '24h', show: (id, cents) => `Refund ${cents / 100} to ${id}` })
  @step()
  async refund(id: string, cents: number) {
    executed.push(`${id} ${cents}`);
    return `refunded ${cents}`;
  }
}

beforeEach(() => {
  executed.length = 0;
});

async function waiting(
  input: { cents: number; catches?: boolean } = { cents: 500 },
  options: Parameters<typeof openFlow>[1] = {},
  file = ':memory:',
) {
  const flow = await openFlow(file, options);
  flow.register(Refund, () => new Refund());
  const run = await flow.start(Refund, input, { id: 'r' });
  const { status } = await run.settled();
  expect(status).toBe('waiting');
  return { flow, run, gate: flow.approvals()[0]! };
}

describe('an approval', () => {
  it('shows the exact arguments and lets the body run only after a yes', async () => {
    const { flow, run, gate } = await waiting();
    expect(gate).toMatchObject({ runId: 'r', call: 0, method: 'refund', args: ['c-1', 500], show: 'Refund 5 to c-1', verdict: undefined });
    expect(executed).toEqual([]);
    await flow.approve(gate.id, { by: 'ann', reason: 'fine', digest: gate.digest });
    expect(await run.result()).toBe('refunded 500');
    expect(executed).toEqual(['c-1 500']);
    expect(flow.approvals()).toEqual([]);
    expect(flow.approvals({ open: false })[0]).toMatchObject({ verdict: 'approved', by: 'ann', reason: 'fine' });
  });

  it('refused and caught lets the workflow go another way', async () => {
    const { flow, run, gate } = await waiting({ cents: 1, catches: true });
    await flow.reject(gate.id, { by: 'bob', reason: 'too much' });
    expect(await run.result()).toBe('not refunded, says bob: too much');
    expect(executed).toEqual([]);
  });

  it('refused and uncaught ends the run as rejected', async () => {
    const { flow, run, gate } = await waiting();
    await flow.reject(gate.id, { by: 'bob' });
    const error = await rejection(run.result());
    expect(error).toBeInstanceOf(ApprovalRejected);
    expect(error).toMatchObject({ code: 'DF_APPROVAL_REJECTED', by: 'bob' });
    expect(run.view().status).toBe('rejected');
    expect(executed).toEqual([]);
  });

  it('is decided once; what cannot be decided has a code of its own', async () => {
    const { flow, run, gate } = await waiting();
    expect(await errorCode(flow.approve(gate.id, { by: '' }))).toBe('DF_INVALID_INPUT');
    expect(await errorCode(flow.approve(gate.id + 1, { by: 'ann' }))).toBe('DF_APPROVAL_UNKNOWN');
    expect(await errorCode(flow.approve(gate.id, { by: 'ann', digest: 'of something else' }))).toBe('DF_APPROVAL_CHANGED');
    const [first, second] = await Promise.allSettled([flow.reject(gate.id, { by: 'bob' }), flow.approve(gate.id, { by: 'ann' })]);
    expect(first.status).toBe('fulfilled');
    expect((second as PromiseRejectedResult).reason).toMatchObject({ code: 'DF_APPROVAL_DECIDED' });
    await rejection(run.result());
    expect(await errorCode(flow.approve(gate.id, { by: 'ann' }))).toBe('DF_APPROVAL_DECIDED');
    expect(executed).toEqual([]);
  });

  it('of a run that has ended cannot be decided', async () => {
    const { flow, run, gate } = await waiting();
    await run.cancel();
    expect(await errorCode(flow.approve(gate.id, { by: 'ann' }))).toBe('DF_RUN_ENDED');
    expect(flow.approvals()).toEqual([]);
  });

  it('expires', async () => {
    const clock = new ManualClock();
    const { run } = await waiting(undefined, { clock });
    expect(run.view().wakeAt).toEqual(new Date(clock.now() + 24 * 60 * 60 * 1000));
    clock.advance(24 * 60 * 60 * 1000);
    const error = await rejection(run.result());
    expect(error).toBeInstanceOf(ApprovalExpired);
    expect(error).toBeInstanceOf(ApprovalRejected);
    expect(error).toMatchObject({ code: 'DF_APPROVAL_EXPIRED' });
    expect(run.view().status).toBe('rejected');
    expect(executed).toEqual([]);
  });

  it('expires without a signature, which time cannot give', async () => {
    const clock = new ManualClock();
    const { run } = await waiting(undefined, { clock, approvalSecret: 'a secret of the operators' });
    clock.advance(24 * 60 * 60 * 1000);
    expect(await errorCode(run.result())).toBe('DF_APPROVAL_EXPIRED');
  });

  it('that is decided elsewhere just before the run is put aside lets it go on at once', async () => {
    const inner = memoryStore();
    let decided = false;
    const store = wrappedStore(inner, {
      park: async (next, ...args) => {
        if (!decided) await eventually(() => inner.approvals({ runId: 'r' }).length === 1);
        if (!decided) await inner.decide(1, { verdict: 'approved', by: 'ann', reason: undefined, at: Date.now() });
        decided = true;
        return next(...args);
      },
    });
    const flow = await openFlow(store, { pollInterval: 60_000 });
    flow.register(Refund, () => new Refund());
    expect(await (await flow.start(Refund, { cents: 500 }, { id: 'r' })).result()).toBe('refunded 500');
  });

  it('whose `show` gives no text fails the call, and asks nobody', async () => {
    @workflow({ name: 'approval/bad-show' })
    class BadShow {
      run() {
        return this.pay();
      }

      @approval({ show: (() => 7) as never })
      @step()
      async pay() {
        executed.push('pay');
      }
    }
    const flow = await openFlow();
    flow.register(BadShow, () => new BadShow());
    expect(await errorCode((await flow.start(BadShow)).result())).toBe('DF_INVALID_INPUT');
    expect([executed, flow.approvals({ open: false })]).toEqual([[], []]);
  });

  it('expires while no process is there, too', async () => {
    const file = join(tempFolder(), 'app.db');
    const clock = new ManualClock();
    const { flow } = await waiting(undefined, { clock }, file);
    await flow.close();
    clock.advance(25 * 60 * 60 * 1000);
    const later = await openFlow(file, { clock });
    later.register(Refund, () => new Refund());
    expect(await rejection(later.run('r').result())).toBeInstanceOf(ApprovalExpired);
  });

  it('notices an edited row: nothing is decided and nothing executed', async () => {
    const file = join(tempFolder(), 'app.db');
    const { flow, gate } = await waiting(undefined, {}, file);
    const other = new Database(file);
    other.prepare('UPDATE approvals SET args = replace(args, 500, 5)').run();
    other.close();
    expect(await errorCode(flow.approve(gate.id, { by: 'ann' }))).toBe('DF_APPROVAL_CHANGED');
    expect(flow.run('r').view().status).toBe('waiting');
    expect(executed).toEqual([]);
  });

  it('notices an edited row whose digest was edited with it: the run diverges, nothing is executed', async () => {
    const file = join(tempFolder(), 'app.db');
    const { flow, run, gate } = await waiting(undefined, {}, file);
    const other = new Database(file);
    const { digest } = await import('../../sdk/journal/index.js');
    const args = (other.prepare('SELECT args FROM approvals').get() as { args: string }).args.replace('500', '5');
    other.prepare('UPDATE approvals SET args = ?, digest = ?').run(args, digest(args));
    other.close();
    await flow.approve(gate.id, { by: 'ann' });
    expect(await errorCode(run.result())).toBe('DF_DIVERGED');
    expect(executed).toEqual([]);
  });

  it('may come from a flow that does not even know the class', async () => {
    const file = join(tempFolder(), 'app.db');
    const { run, gate } = await waiting(undefined, {}, file);
    const operator = await openFlow(file);
    await operator.approve(gate.id, { by: 'ann' });
    expect(await run.result()).toBe('refunded 500');
  });

  it('tells its story', async () => {
    const events: TelemetryEvent[] = [];
    const { flow, run, gate } = await waiting(undefined, { telemetry: (event) => void events.push(event) });
    await flow.approve(gate.id, { by: 'ann' });
    await run.result();
    const names = events.map(({ event }) => event);
    expect(names).toEqual(expect.arrayContaining(['run.parked', 'approval.decided']));
    // Asked once, although the run was taken up again.
    expect(events.filter(({ event }) => event === 'approval.requested')).toMatchObject([{ run: 'r', call: 0, method: 'refund' }]);
    expect(events.find(({ event }) => event === 'approval.decided')).toMatchObject({
      verdict: 'approved',
      by: 'ann',
      call: 0,
      method: 'refund',
    });
    expect(names.indexOf('approval.decided')).toBeLessThan(names.indexOf('attempt.started'));
  });

  it('without `show` shows values of every kind', async () => {
    @workflow({ name: 'approval/unshown' })
    class Unshown {
      run() {
        return this.pay(10n, new Map([['to', 'ann']]), undefined, 'text');
      }

      @approval()
      @step()
      async pay(_amount: bigint, _details: Map<string, string>, _nothing: undefined, _text: string) {
        return 'paid';
      }
    }
    const flow = await openFlow();
    flow.register(Unshown, () => new Unshown());
    const run = await flow.start(Unshown);
    await run.settled();
    const [gate] = flow.approvals();
    expect(gate!.show).toMatch(/pay\(.*10.*ann.*text/);
    await flow.approve(gate!.id, { by: 'ann' });
    expect(await run.result()).toBe('paid');
  });
});

let other: Deferred<string>;

@workflow({ name: 'approval/parallel' })
class Parallel {
  run() {
    return Promise.all([this.gated('a'), this.gated('b'), this.slow()]);
  }

  @approval({ expiresIn: '1h' })
  @step()
  async gated(name: string) {
    executed.push(name);
    return name;
  }

  @step()
  async slow() {
    return other.promise;
  }
}

async function parallel(
  options: Parameters<typeof openFlow>[1] = {},
): Promise<{ flow: DurableFlow; run: Awaited<ReturnType<typeof start>> }> {
  other = deferred();
  const flow = await openFlow(':memory:', options);
  flow.register(Parallel, () => new Parallel());
  const run = await start(flow);
  await eventually(() => flow.approvals().length === 2);
  return { flow, run };
}

const start = (flow: DurableFlow) => flow.start(Parallel, undefined, { id: 'r' });

describe('approvals of parallel branches', () => {
  it('are taken up while the run is in memory, because another branch is at work', async () => {
    const { flow, run } = await parallel();
    const [a, b] = flow.approvals();
    expect(run.view().status).toBe('running');
    await flow.approve(b!.id, { by: 'ann' });
    await eventually(() => executed.includes('b'));
    expect(executed).toEqual(['b']);
    await flow.approve(a!.id, { by: 'ann' });
    await eventually(() => executed.includes('a'));
    other.resolve('slow');
    expect(await run.result()).toEqual(['a', 'b', 'slow']);
    expect(run.view().claims).toBe(1);
  });

  it('leave the run in memory for as long as a branch is at work, and no longer', async () => {
    const { flow, run } = await parallel();
    await flow.approve(flow.approvals().find(({ args }) => args[0] === 'a')!.id, { by: 'ann' });
    await eventually(() => executed.includes('a'));
    expect(run.view().status).toBe('running');
    other.resolve('slow');
    expect((await run.settled()).status).toBe('waiting');
  });

  it('of another run are not taken for its own', async () => {
    const { flow } = await parallel();
    await flow.start(Parallel, undefined, { id: 'other' });
    await eventually(() => flow.approvals().length === 4);
    const gate = (runId: string, name: string) => flow.approvals().find((it) => it.runId === runId && it.args[0] === name)!;
    for (const name of ['a', 'b']) await flow.approve(gate('other', name).id, { by: 'ann' });
    await eventually(() => executed.length === 2);
    await flow.approve(gate('r', 'b').id, { by: 'ann' });
    await eventually(() => executed.length === 3);
    await turns(5);
    expect(executed.toSorted()).toEqual(['a', 'b', 'b']);
    expect(gate('r', 'a').verdict).toBeUndefined();
    other.resolve('slow');
  });

  it('expire while the run is in memory', async () => {
    const clock = new ManualClock();
    const { run } = await parallel({ clock });
    clock.advance(60 * 60 * 1000);
    expect(await errorCode(run.result())).toBe('DF_APPROVAL_EXPIRED');
    other.resolve('late');
  });

  it('wake a parked run one by one', async () => {
    const { flow, run } = await parallel();
    other.resolve('slow');
    await run.settled();
    const [a, b] = flow.approvals();
    await flow.approve(a!.id, { by: 'ann' });
    await eventually(() => executed.length === 1 && run.view().status === 'waiting');
    await flow.approve(b!.id, { by: 'ann' });
    expect(await run.result()).toEqual(['a', 'b', 'slow']);
    expect(executed).toEqual(['a', 'b']);
  });

  it('all decided in one turn, several runs at once', async () => {
    other = deferred();
    other.resolve('slow');
    const flow = await openFlow();
    flow.register(Parallel, () => new Parallel());
    const runs = await Promise.all(Array.from({ length: 10 }, () => flow.start(Parallel)));
    await Promise.all(runs.map((run) => run.settled()));
    await Promise.all(flow.approvals().map(({ id }) => flow.approve(id, { by: 'ann' })));
    await Promise.all(runs.map((run) => run.result()));
    await turns();
    expect(executed).toHaveLength(20);
  });
});
