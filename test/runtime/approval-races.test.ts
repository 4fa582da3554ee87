import { ApprovalExpired, approval, step, workflow, type DurableFlow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { eventually } from '../fixtures/eventually.js';
import { ManualClock } from '../fixtures/manual-clock.js';
import { memoryStore, openFlow } from '../fixtures/open-flow.js';
import { errorCode, rejection } from '../fixtures/rejection.js';
import { keptOpen, wrappedStore } from '../fixtures/wrapped-store.js';

const executed: string[] = [];

@workflow({ name: 'approval-races' })
class TwoGates {
  async run() {
    return Promise.all([this.gated('a'), this.gated('b')]);
  }

  @approval({ expiresIn: '1h' })
  @step()
  async gated(name: string) {
    executed.push(name);
    return name;
  }
}

describe('a decision that meets the parking of its run', () => {
  it.each(['before', 'after'] as const)('is not lost when it is written just %s it', async (order) => {
    executed.length = 0;
    let flow: DurableFlow | undefined;
    let parkings = 0;
    let decision: Promise<void> | undefined;
    const store = wrappedStore(memoryStore(), {
      park: (next, ...args) => {
        // The second parking leaves only the second gate open: decide on it in the very turn of the parking.
        const decide = () => {
          if (++parkings === 2) decision = flow!.approve(flow!.approvals()[0]!.id, { by: 'ann' });
        };
        if (order === 'before') decide();
        const parked = next(...args);
        if (order === 'after') decide();
        return parked;
      },
    });
    flow = await openFlow(store, { leaseDuration: '10m' });
    flow.register(TwoGates, () => new TwoGates());
    const run = await flow.start(TwoGates);
    await run.settled();
    await flow.approve(flow.approvals()[0]!.id, { by: 'ann' });
    expect(await run.result()).toEqual(['a', 'b']);
    await decision;
    expect(executed).toEqual(['a', 'b']);
  });

  it('is not lost when the run is being replayed', async () => {
    executed.length = 0;
    let flow: DurableFlow | undefined;
    let decision: Promise<void> | undefined;
    const store = wrappedStore(memoryStore(), {
      claim: async (next, ...args) => {
        const claim = await next(...args);
        // The claim has read the gates already; this decision comes after it.
        const open = flow!.approvals()[0];
        if (claim && open) decision ??= flow!.approve(open.id, { by: 'ann' });
        return claim;
      },
    });
    flow = await openFlow(store, { leaseDuration: '10m' });
    flow.register(TwoGates, () => new TwoGates());
    const run = await flow.start(TwoGates);
    await run.settled();
    await flow.approve(flow.approvals()[0]!.id, { by: 'ann' });
    expect(await run.result()).toEqual(['a', 'b']);
    await decision;
  });
});

describe('a decision that meets its deadline', () => {
  it('is refused when it comes too late, even if nobody has noticed the expiry yet', async () => {
    executed.length = 0;
    const clock = new ManualClock();
    const store = memoryStore();
    const first = await openFlow(keptOpen(store), { clock });
    first.register(TwoGates, () => new TwoGates());
    await (await first.start(TwoGates, undefined, { id: 'r' })).settled();
    await first.close();
    clock.advance(2 * 60 * 60 * 1000);
    // An operator's flow, in which the class is not registered, so that nothing claims the run.
    const operator = await openFlow(keptOpen(store), { clock });
    expect(await errorCode(operator.approve(operator.approvals()[0]!.id, { by: 'late' }))).toMatch(/DF_APPROVAL_(EXPIRED|DECIDED)/);
    operator.register(TwoGates, () => new TwoGates());
    expect(await rejection(operator.run('r').result())).toBeInstanceOf(ApprovalExpired);
    expect(executed).toEqual([]);
  });

  it('stands when it was written before the engine could write the expiry', async () => {
    executed.length = 0;
    const clock = new ManualClock();
    const inner = memoryStore();
    const store = wrappedStore(inner, {
      decide: (next, id, decision) => {
        // Somebody's yes, given in time, is committed first.
        if (decision.verdict === 'expired') void next(id, { verdict: 'approved', by: 'ann', reason: undefined, at: decision.at - 10 });
        return next(id, decision);
      },
    });
    const flow = await openFlow(store, { clock });
    flow.register(TwoGates, () => new TwoGates());
    const run = await flow.start(TwoGates);
    await run.settled();
    clock.advance(60 * 60 * 1000);
    await eventually(() => run.view().status === 'completed');
    expect(await run.result()).toEqual(['a', 'b']);
    expect(flow.approvals({ open: false }).map(({ verdict }) => verdict)).toEqual(['approved', 'approved']);
  });
});
