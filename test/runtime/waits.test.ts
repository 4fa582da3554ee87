import { describe, expect, it } from 'vitest';
import { Waits, type Wait } from '../../sdk/runtime/waits.js';
import { turns } from '../fixtures/eventually.js';
import { ManualClock } from '../fixtures/manual-clock.js';

function waits(clock = new ManualClock()) {
  const settled: number[] = [];
  const over = new Set<number>();
  let looked = 0;
  const it = new Waits(clock, () => {
    looked++;
    it.check();
  });
  const add = (call: number, wait: Partial<Wait> = {}) =>
    void it.add({ call, status: 'waiting', wakeAt: undefined, over: () => over.has(call), ...wait }).then(() => settled.push(call));
  return { it, add, over, settled, clock, looks: () => looked };
}

describe('the waits of a run', () => {
  it('settle when they are over, in the order in which they were asked for, and are forgotten', async () => {
    const { it, add, over, settled } = waits();
    for (const call of [3, 1, 2]) add(call);
    over.add(3).add(1);
    it.check();
    await turns(1);
    expect(settled).toEqual([1, 3]);
    expect([it.calls(), it.size]).toEqual([[2], 1]);
  });

  it('wake the run for the earliest of them, or for none', () => {
    const { it, add } = waits();
    add(0);
    expect(it.wakeAt()).toBeUndefined();
    add(1, { wakeAt: 300 });
    add(2, { wakeAt: 200 });
    expect(it.wakeAt()).toBe(200);
  });

  it('are in doubt as soon as one of them is', () => {
    const { it, add } = waits();
    add(0);
    expect(it.status()).toBe('waiting');
    add(1, { status: 'in_doubt' });
    expect(it.status()).toBe('in_doubt');
  });

  it('set an alarm each, if they have a time, and call it off with the rest or when they are over', () => {
    const { it, add, over, clock } = waits();
    add(0);
    expect(clock.pending).toBe(0);
    for (const call of [1, 2, 3]) add(call, { wakeAt: clock.now() + call * 1000 });
    expect(clock.pending).toBe(3);
    over.add(3);
    it.check();
    expect(clock.pending).toBe(2);
    it.cancelTimers();
    expect(clock.pending).toBe(0);
  });

  it('look again when their time has come, and set another alarm if the first was early', async () => {
    class Early extends ManualClock {
      override after(ms: number, callback: () => void) {
        return super.after(Math.min(ms, 600), callback);
      }
    }
    const { add, over, settled, clock, looks } = waits(new Early());
    add(0, { wakeAt: clock.now() + 1000 });
    clock.advance(600);
    expect([looks(), clock.pending]).toEqual([1, 1]);
    over.add(0);
    clock.advance(400);
    await turns(1);
    expect([looks(), clock.pending, settled]).toEqual([2, 0, [0]]);
  });

  it('whose time has come, and which are not over, set no other alarm', () => {
    const { add, clock, looks } = waits();
    add(0, { wakeAt: clock.now() + 1000 });
    clock.advance(1000);
    expect([looks(), clock.pending]).toEqual([1, 0]);
  });
});
