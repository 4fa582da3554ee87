import { describe, expect, it } from 'vitest';
import { SpendGuard } from '../../../colony/runner/spend-guard.js';
import { micros } from '../../../colony/time.js';

const hour = micros(3600);

describe('SpendGuard', () => {
  it('sets aside what is used later, and refuses what could cost more than is left', () => {
    const guard = new SpendGuard(5, 2);
    const [one, other] = [{}, {}];
    expect(guard.reserve(one, hour)).toBe(true);
    expect(guard.reserve(other, hour)).toBe(true);
    expect(guard.committedUsd).toBe(4);
    // In all, not more on top; and a refusal changes nothing.
    expect(guard.reserve(one, 2 * hour)).toBe(false);
    expect(guard.reserve(one, 1.5 * hour)).toBe(true);
    expect(guard.committedUsd).toBe(5);
  });

  it('takes back what was set aside and not used', () => {
    const guard = new SpendGuard(5, 2);
    const machine = {};
    guard.reserve(machine, 2 * hour);
    guard.settle(machine, hour / 2);
    expect(guard.committedUsd).toBe(1);
    expect(guard.reserve({}, 2 * hour)).toBe(true);
    expect(guard.reserve({}, 1)).toBe(false);
  });
});
