import { expect, it } from 'vitest';
import { BatchClock } from '../../../colony/real/batch-clock.js';
import { monotonicMicros } from '../../../colony/real/monotonic-micros.js';
import { eventually } from '../../fixtures/eventually.js';

it('has timers go off by themselves when it is live, and writes down which', async () => {
  const fired: [number, number][] = [];
  const seen: string[] = [];
  const clock = new BatchClock(monotonicMicros(), (timer, at) => fired.push([timer, at]));
  clock.after(3000, () => seen.push('three'));
  const callOff = clock.after(1000, () => seen.push('one'));
  clock.goLive();
  callOff();
  clock.after(6000, () => seen.push('six'));
  await eventually(() => seen.length === 2);
  expect(seen).toEqual(['three', 'six']);
  expect(fired.map(([timer]) => timer)).toEqual([0, 2]);
  expect(fired[0]![1]).toBeGreaterThanOrEqual(3000);
});

it('goes through a batch again in the time that it was then', () => {
  const clock = new BatchClock(monotonicMicros() - 50, () => expect.unreachable());
  const seen: [string, number][] = [];
  clock.pin(1000, () => clock.after(500, () => seen.push(['timer', clock.now()])));
  clock.pin(1200, () => seen.push(['event', clock.now()]));
  clock.fire(0, 1600);
  expect(seen).toEqual([
    ['event', 1200],
    ['timer', 1600],
  ]);
  // Time does not go back behind what has happened, though this clock has just begun.
  expect(clock.now()).toBeGreaterThanOrEqual(1600);
  clock.stop();
});
