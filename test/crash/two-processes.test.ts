import { expect, it } from 'vitest';
import { Child } from './child.js';
import { onFreshStage } from './stage.js';

it('two processes share 200 runs in one file: every step once, every run completed, both at work', { timeout: 120_000 }, async () => {
  await onFreshStage('notice-retry', true, async ({ oracle, orders }) => {
    // Neither gets ahead before both are at work: the first answers are held back until then.
    let bothAtWork!: () => void;
    const gate = new Promise<void>((resolve) => (bothAtWork = resolve));
    const workers = () => new Set(oracle.executions.map(({ pid }) => pid)).size;
    oracle.beforeAnswer = () => {
      if (workers() === 2) bothAtWork();
      return gate;
    };
    const runs = Array.from({ length: 200 }, (_, index) => `r-${index + 1}`);
    const both = await Promise.all([1, 2].map(() => Child.start({ ...orders, runs, maxConcurrentRuns: 8 })));
    const reports = await Promise.all(both.map((child) => child.report()));

    const outcomes = runs.map((id) => ({ status: 'completed', output: `filed notice:Dear ${id}.eml` }));
    expect(reports.map((report) => report.runs)).toEqual([outcomes, outcomes]);
    const expected = runs.flatMap((id) => [`prepare ${id}`, `send Dear ${id}`, `file notice:Dear ${id}.eml`]);
    expect(oracle.executions.map(({ step, about }) => `${step} ${about}`).sort()).toEqual(expected.sort());
    expect(oracle.effectsByKey()).toEqual(Object.fromEntries(runs.map((id) => [`notice:Dear ${id}`, 1])));
    expect(workers()).toBe(2);
    expect(both.flatMap((child) => [...child.told('run.fenced'), ...child.told('run.stalled')])).toEqual([]);
  });
});
