import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeScale } from '../../../../sdk/ui/page/words/time-scale.js';

const day = 86_400_000;

describe('timeScale', () => {
  it('draws work in proportion', () => {
    const scale = timeScale({ from: 0, until: 100 }, [{ from: 0, until: 100 }]);
    expect([0, 25, 50, 100].map((moment) => scale.place(moment))).toEqual([0, 0.25, 0.5, 1]);
    expect(scale.shortened).toEqual([]);
  });

  it('shortens days of waiting between two seconds of work, and says where', () => {
    const scale = timeScale({ from: 0, until: day + 2_000 }, [
      { from: 0, until: 1_000 },
      { from: day + 1_000, until: day + 2_000 },
    ]);
    expect(scale.shortened).toEqual([{ from: expect.closeTo(0.424, 3), until: expect.closeTo(0.576, 3), ms: day }]);
    expect(scale.place(1_000)).toBeCloseTo(0.424, 3);
  });

  it('leaves short waits as they were', () => {
    const scale = timeScale({ from: 0, until: 1_000 }, [
      { from: 0, until: 450 },
      { from: 500, until: 1_000 },
    ]);
    expect(scale.place(500)).toBe(0.5);
    expect(scale.shortened).toEqual([]);
  });

  it('never runs backwards and stays between 0 and 1, whatever the spans are', () => {
    const span = fc.tuple(fc.nat(10_000), fc.nat(10_000)).map(([a, b]) => ({ from: Math.min(a, b), until: Math.max(a, b) }));
    fc.assert(
      fc.property(span, fc.array(span, { maxLength: 12 }), fc.array(fc.nat(10_000), { minLength: 2 }), (whole, work, moments) => {
        const scale = timeScale(whole, work);
        const places = moments.toSorted((a, b) => a - b).map((moment) => scale.place(moment));
        for (const [i, place] of places.entries()) {
          expect(place).toBeGreaterThanOrEqual(i === 0 ? 0 : places[i - 1]! - 1e-12);
          expect(place).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
    );
  });
});
