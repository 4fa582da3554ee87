import { expect, it } from 'vitest';
import { Child } from './child.js';
import type { Oracle } from './oracle.js';
import { onFreshStage, readRun } from './stage.js';

const patience = 60_000;
const leaseDuration = '1000ms';

/** Holds back the answer to the first report that fits; tells when it has come, and lets it go. */
function holdFirst(oracle: Oracle, what: 'prepare' | 'effect'): { reached: Promise<void>; release: () => void } {
  let reach!: () => void;
  let release!: () => void;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const gate = new Promise<void>((resolve) => (release = resolve));
  oracle.beforeAnswer = async (seen) => {
    if (('step' in seen ? seen.step : 'effect') !== what) return;
    oracle.beforeAnswer = () => {};
    reach();
    await gate;
  };
  return { reached, release };
}

it('a process that was stopped in a step, and lost its lease meanwhile, cannot write when it wakes up', { timeout: patience }, async () => {
  await onFreshStage('notice-retry', true, async ({ oracle, orders }) => {
    const { reached, release } = holdFirst(oracle, 'prepare');
    const stopped = await Child.start({ ...orders, leaseDuration });
    await reached;
    stopped.signal('SIGSTOP');
    release();
    const { runs } = await (await Child.start({ ...orders, leaseDuration })).report();
    expect(runs).toEqual([{ status: 'completed', output: 'filed notice:Dear r-1.eml' }]);
    const before = await readRun(orders.db, 'r-1');

    stopped.signal('SIGCONT');
    expect((await stopped.report()).runs).toEqual(runs);
    expect(stopped.told('run.fenced')).toMatchObject([{ run: 'r-1', epoch: 1 }]);
    expect(stopped.told('run.ended')).toEqual([]);
    expect(await readRun(orders.db, 'r-1')).toEqual(before);
    expect(before?.run.epoch).toBe(2);
    expect(oracle.effectsByKey()).toEqual({ 'notice:Dear r-1': 1 });
  });
});

it('one that was stopped in the middle of an effect makes no second one', { timeout: patience }, async () => {
  await onFreshStage('inbox', false, async ({ oracle, orders }) => {
    const { reached, release } = holdFirst(oracle, 'effect');
    const stopped = await Child.start({ ...orders, leaseDuration });
    await reached;
    stopped.signal('SIGSTOP');
    release();
    const successor = await Child.start({ ...orders, leaseDuration });
    const { runs } = await successor.report();
    expect(runs).toMatchObject([{ status: 'completed', output: { action: 'replied' } }]);
    expect(successor.told('effect.settled')).toMatchObject([{ happened: true, source: 'reconcile' }]);
    const before = await readRun(orders.db, 'r-1');

    stopped.signal('SIGCONT');
    expect((await stopped.report()).runs).toEqual(runs);
    expect(stopped.told('run.fenced')).toHaveLength(1);
    expect(await readRun(orders.db, 'r-1')).toEqual(before);
    expect(Object.values(oracle.effectsByKey())).toEqual([1]);
  });
});
