import { expect, it } from 'vitest';
import { Child } from './child.js';
import { onFreshStage } from './stage.js';

// The lease lasts far longer than this test may take, so whoever waited for it would fail.
it('the runs of a dead process of this host are taken up without waiting for its lease', { timeout: 60_000 }, async () => {
  await onFreshStage('notice-retry', true, async ({ oracle, orders }) => {
    let reached!: () => void;
    const inFile = new Promise<void>((resolve) => (reached = resolve));
    oracle.beforeAnswer = async (seen) => {
      if (!('step' in seen) || seen.step !== 'file') return;
      reached();
      await new Promise(() => {});
    };
    const dead = await Child.start({ ...orders, leaseDuration: '10m' });
    await inFile;
    dead.signal('SIGKILL');
    expect(await dead.ended()).toBe('SIGKILL');
    oracle.beforeAnswer = () => {};

    const successor = await Child.start({ ...orders, leaseDuration: '10m' });
    expect((await successor.report()).runs).toEqual([{ status: 'completed', output: 'filed notice:Dear r-1.eml' }]);
    expect(successor.told('owner.dead')).toMatchObject([{ pid: dead.pid, runs: 1 }]);
    expect(successor.told('step.replayed').map(({ method }) => method)).toEqual(['prepare', 'send']);
    expect(oracle.executions.map(({ step }) => step)).toEqual(['prepare', 'send', 'file', 'file']);
  });
});
