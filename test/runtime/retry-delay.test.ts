import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryDelay } from '../../sdk/runtime/retry-delay.js';

const policy = { maxAttempts: 99, initialDelay: 200, maxDelay: 30_000 };

describe('retryDelay', () => {
  it('is full jitter: anything from nothing to the ceiling, and never more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, random) => {
        const delay = retryDelay(policy, attempt, new Error('x'), 0, () => random);
        const ceiling = Math.min(30_000, 200 * 2 ** (attempt - 1));
        expect(delay).toBe(Math.round(random * ceiling));
      }),
    );
  });

  it.each([
    ['a negative number', '-5', 0],
    ['a date that is over', new Date(0).toUTCString(), 0],
    ['a fraction', '0.5', 500],
  ])('takes %s in Retry-After as it is meant', (_what, value, delay) => {
    expect(retryDelay(policy, 1, { headers: { 'retry-after': value } }, 10_000, () => 0)).toBe(delay);
  });

  it.each([undefined, null, 'text', { headers: null }, { headers: 'x' }, { headers: {} }, { headers: { 'retry-after': 7 } }])(
    'is not misled by %o',
    (error) => {
      expect(retryDelay(policy, 1, error, 0, () => 0.5)).toBe(100);
    },
  );
});
