import { bm25, evaluateSelection, inOrder, ndcgAt, recallAt } from 'durableflow';
import { describe, expect, it } from 'vitest';

describe('ndcgAt', () => {
  it('is what a person calculates', () => {
    // Gains 7, 0, 1 at discounts 1, log2(3), 2; ideal 7 and 1 at 1 and log2(3).
    const grades = { a: 3, b: 1 };
    expect(ndcgAt(['a', 'x', 'b'], grades, 5)).toBeCloseTo((7 + 1 / 2) / (7 + 1 / Math.log2(3)), 12);
    expect(ndcgAt(['x', 'a'], { a: 2 }, 5)).toBeCloseTo(1 / Math.log2(3), 12);
    expect(ndcgAt(['a', 'b'], grades, 5)).toBe(1);
    expect(ndcgAt(['x', 'y', 'a'], grades, 2)).toBe(0);
    expect(ndcgAt([], grades, 5)).toBe(0);
    expect(ndcgAt(['x'], {}, 5)).toBe(1);
  });

  it('takes the names of object members for ordinary ids', () => {
    expect(ndcgAt(['constructor', 'a'], { a: 1 }, 5)).toBeCloseTo(1 / Math.log2(3), 12);
  });
});

describe('recallAt', () => {
  it('is the part of what matters that is among the first', () => {
    expect(recallAt(['a', 'x', 'b', 'c'], { a: 3, b: 1, c: 1, x: 0 }, 3)).toBeCloseTo(2 / 3, 12);
    expect(recallAt(['x'], {}, 3)).toBe(1);
  });
});

describe('evaluateSelection', () => {
  const items = [
    { id: 'long', text: 'bell '.repeat(50) },
    { id: 'bell', text: 'a bell' },
    { id: 'horn', text: 'a horn' },
  ];
  const countTokens = (text: string) => text.trim().split(' ').length;

  it('measures ranking and packing apart', async () => {
    const cases = [
      { query: 'horn', items, grades: { horn: 3 }, mustInclude: ['horn'] },
      { query: 'bell', items, grades: { long: 3, bell: 3 }, mustInclude: ['long'] },
    ];
    const scores = await evaluateSelection(cases, { ranker: bm25, maxTokens: 10, countTokens });
    // The long item is ranked and cannot be packed.
    expect(scores).toMatchObject({ ndcgAt5: 1, recallAt10: 1, mustIncludeAt10: 1, mustIncludeSelected: 0.5, falseRejections: 0.25 });
    expect(scores.budgetUse).toBeCloseTo(0.4, 12);
    expect(scores.latencyMs).toBeGreaterThanOrEqual(0);
  });

  it('tells a bad ranker from a good one, and has no cases as nothing', async () => {
    const cases = [{ query: 'horn', items, grades: { horn: 3 } }];
    expect((await evaluateSelection(cases, { ranker: inOrder, maxTokens: 10, countTokens })).ndcgAt5).toBe(0.5);
    expect((await evaluateSelection([], { maxTokens: 10, countTokens })).ndcgAt5).toBe(0);
  });
});
