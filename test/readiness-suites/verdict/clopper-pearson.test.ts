import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowerBound, upperBound } from '../../../readiness-suites/verdict/clopper-pearson.js';
import { compareArms } from '../../../readiness-suites/verdict/sign-test.js';

describe('the Clopper-Pearson bounds', () => {
  it('prove 90% by 29 clean runs and 95% by 59', () => {
    expect([lowerBound(28, 28) >= 0.9, lowerBound(29, 29) >= 0.9]).toEqual([false, true]);
    expect([lowerBound(58, 58) >= 0.95, lowerBound(59, 59) >= 0.95]).toEqual([false, true]);
  });

  // Solved with exact fractions, as qbeta(0.05, x, n - x + 1) and qbeta(0.95, x + 1, n - x) are defined.
  it.each([
    [9, 10, 0.60584, 0.99488],
    [5, 20, 0.10408, 0.45558],
    [95, 100, 0.89775, 0.98009],
  ])('are those of the beta distribution for %i of %i', (passed, total, low, high) => {
    expect(lowerBound(passed, total)).toBeCloseTo(low, 4);
    expect(upperBound(passed, total)).toBeCloseTo(high, 4);
  });

  it('enclose the rate that was seen, and rise with every pass', () => {
    const series = fc.integer({ min: 1, max: 300 }).chain((total) => fc.tuple(fc.integer({ min: 0, max: total - 1 }), fc.constant(total)));
    fc.assert(
      fc.property(series, ([passed, total]) => {
        expect(lowerBound(passed, total)).toBeLessThanOrEqual(passed / total + 1e-9);
        expect(upperBound(passed, total)).toBeGreaterThanOrEqual(passed / total - 1e-9);
        expect(lowerBound(passed + 1, total)).toBeGreaterThan(lowerBound(passed, total));
      }),
      { numRuns: 50 },
    );
  });

  it('say nothing where nothing was tried', () => {
    expect([lowerBound(0, 0), upperBound(0, 0)]).toEqual([0, 1]);
  });
});

describe('the comparison of the arms', () => {
  it('asks only pairs that differ', () => {
    const pair = (naked: boolean, durable: boolean) => ({ naked, durable });
    const agreeing = Array.from({ length: 50 }, (_, i) => pair(i % 2 === 0, i % 2 === 0));
    const differing = Array.from({ length: 10 }, (_, i) => pair(i === 0, i !== 0));
    // 2 × (1 + 10) / 2^10
    expect(compareArms([...agreeing, ...differing])).toEqual({ onlyDurablePassed: 9, onlyNakedPassed: 1, pValue: 22 / 1024 });
    expect(compareArms(agreeing).pValue).toBe(1);
  });
});
