import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ArmId } from '../../../colony/arm.js';
import { Scoreboard } from '../../../colony/report/scoreboard.js';
import type { Snapshot } from '../../../colony/report/snapshot.js';
import { micros } from '../../../colony/time.js';

const snapshot = (arm: ArmId, done: number, over: Partial<Snapshot> = {}): Snapshot => ({
  ...{ arm, seed: done, elapsed: micros(3_000), spentUsd: 0.213, budgetUsd: 5, landed: 7, done, total: 200 },
  jobs: { waiting: 3, running: 4, recovering: 1, done: 12, givenUp: 0 },
  ...over,
});

/** A board with a clock that stands still unless moved, and all that it has written. */
function board({ isTTY, columns = 80 }: { readonly isTTY: boolean; readonly columns?: number }) {
  const written: string[] = [];
  const sink = new Writable({ write: (chunk, _, done) => (written.push(String(chunk)), done()) });
  const stream = Object.assign(sink, { isTTY, columns, rows: 40 });
  const clock = { now: 0 };
  const scoreboard = new Scoreboard({ retries: 2, stream, now: () => clock.now });
  return { scoreboard, clock, written, text: () => stripVTControlCharacters(written.join('')) };
}

describe('the scoreboard on a terminal', () => {
  it('has a line an arm that fits, with its jobs, its spending and what is left', () => {
    const { scoreboard, clock, text } = board({ isTTY: true });
    scoreboard.update(snapshot('scratch_limited', 0));
    clock.now = 10_000;
    scoreboard.update(snapshot('durable_limited', 0));
    clock.now = 20_000;
    scoreboard.update(snapshot('scratch_limited', 50, { spentUsd: 1_234.5, budgetUsd: 5_000 }));
    const lines = text().split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(lines).toContainEqual(expect.stringMatching(/^ +wait run recov done gone hits +spent\/budget$/));
    expect(lines).toContainEqual(expect.stringMatching(/^scratch ≤2 +3 +4 +1 +12 +0 +7 +\$1235\/\$5000 █{2}░{6} +25% 1 min *$/));
    expect(lines).toContainEqual(expect.stringMatching(/^durable ≤2 +3 +4 +1 +12 +0 +7 +\$0\.21\/\$5\.00 ░{8} +0% *$/));
  });

  it('is redrawn at most ten times a second, and shows the end whatever came last', () => {
    const { scoreboard, clock, written, text } = board({ isTTY: true });
    for (clock.now = 0; clock.now < 1_000; clock.now++) scoreboard.update(snapshot('durable', clock.now / 10));
    const draws = written.filter((it) => it.includes('%')).length;
    expect(draws).toBeGreaterThan(5);
    expect(draws).toBeLessThanOrEqual(10);
    scoreboard.update(snapshot('durable', 200));
    scoreboard.end();
    expect(text()).toMatch(/100% ✓ 1 s/);
  });

  it('takes two lines an arm where one does not fit', () => {
    const { scoreboard, text } = board({ isTTY: true, columns: 60 });
    scoreboard.update(snapshot('durable', 100));
    const lines = text().trimEnd().split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(60);
    expect(lines.slice(-2)).toEqual([expect.stringMatching(/^durable ∞ +█{4}░{4} +50%/), '  3 wait 4 run 1 recov 12 done 0 gone $0.21']);
  });
});

describe('the scoreboard in a log', () => {
  it('is a line every few seconds, in words and without colours', () => {
    const { scoreboard, clock, written } = board({ isTTY: false });
    for (clock.now = 0; clock.now <= 11_000; clock.now += 10) scoreboard.update(snapshot('durable', clock.now / 100));
    expect(written).toHaveLength(2);
    expect(written[0]).toBe(
      'durable ∞: 50 of 200 (25%), 15 s left; at 50 min; 3 waiting, 4 running, 1 recovering, 12 done, 0 given up; 7 losses landed; $0.21 of $5.00\n',
    );
    scoreboard.end();
    expect(written).toHaveLength(3);
  });
});
