import { expect, it } from 'vitest';
import { Lanes } from '../../../readiness-suites/trial/lanes.js';

it('lets so many work at a time, in the order in which they came, and one more for each that only waits', async () => {
  const lanes = new Lanes(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const works = [0, 1, 2, 3].map((n) =>
    lanes.run(async ({ leave }) => {
      begun.push(n);
      await new Promise<void>((resolve) => (ends[n] = resolve));
      leave();
    }),
  );
  const waits = lanes.run(async () => void begun.push(4), true);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await turn();
  expect(begun).toEqual([0, 1]);
  ends[1]!();
  await turn();
  expect(begun).toEqual([0, 1, 4, 2]);
  ends[2]!();
  ends[0]!();
  await turn();
  ends[3]!();
  await Promise.all([...works, waits]);
  expect(begun).toEqual([0, 1, 4, 2, 3]);
});
