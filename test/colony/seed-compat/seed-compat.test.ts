import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { seedCompat, seedCompatFlaws, seedCompatSchedule } from '../../../colony/seed-compat/seed-compat.js';
import { seedCompatTable } from '../../../colony/seed-compat/seed-compat-table.js';

/** As published: naive done, lost, $ and wall; durable recoveries, $ and wall. */
const published = [
  ['hostile', 1337, 18, 12, 0.23373057, 701.1917, 10, 0.22973057, 689.1917],
  ['hostile', 1, 18, 12, 0.23887763, 716.6329, 10, 0.22530367, 675.911],
  ['hostile', 7, 13, 19, 0.22098893, 662.9668, 19, 0.24410237, 732.3071],
  ['hostile', 42, 18, 10, 0.2472452, 741.7356, 5, 0.21701373, 651.0412],
  ['moderate', 7331, 20, 1, 0.22259093, 667.7728, 1, 0.2142576, 642.7728],
  ['calm', 42, 20, 3, 0.2209247, 662.7741, 3, 0.2169247, 650.7741],
] as const;

describe('seed-compat', () => {
  it.each(published)('%s/%i is what was published, to the digit', (profile, seed, done, lost, cost, wall, recoveries, itsCost, itsWall) => {
    const { naive, durable } = seedCompat({ profile, seed });
    expect(naive).toEqual({ done, losses: lost, costUsd: cost, wallSeconds: wall });
    expect(durable).toEqual({ done: 20, losses: recoveries, costUsd: itsCost, wallSeconds: itsWall });
  });

  it('has the published schedule', () => {
    const events = seedCompatSchedule('hostile', 1337);
    expect(events).toHaveLength(48);
    expect(events[0]).toEqual([12.0211, 4]);
  });

  it('has the first of its flaws, as it says: with unlimited retries naive jobs complete as well, over 10,000 seeds', () => {
    let [limited, unlimited] = [0, 0];
    for (let seed = 0; seed < 10_000; seed++) {
      limited += seedCompat({ profile: 'hostile', seed }).naive.done;
      unlimited += seedCompat({ profile: 'hostile', seed, naiveRetries: Infinity }).naive.done;
    }
    const percent = (done: number) => (100 * done) / (20 * 10_000);
    expect(percent(unlimited)).toBe(100);
    expect(seedCompatFlaws[0]).toContain(
      `completes ${percent(limited).toFixed(1)}% of its jobs so, and ${percent(unlimited)}% without limit`,
    );
  });

  it('is shown with its flaws', () => {
    const shown = seedCompatTable([seedCompat({ profile: 'hostile', seed: 1337 })], {
      width: Infinity,
      colors: createColors(false),
      now: new Date(0),
    });
    expect(shown).toMatch(/hostile\/1337 +48 +18\/12 +0\.23373057 +701\.1917 +10 +0\.22973057 +689\.1917/);
    for (const flaw of seedCompatFlaws) expect(shown).toContain(flaw);
  });
});
