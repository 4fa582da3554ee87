import { bm25, inOrder, tfIdf, type ContextItem, type Ranker } from 'durableflow';
import { describe, expect, it } from 'vitest';

const itemsOf = (...texts: string[]): ContextItem[] => texts.map((text, id) => ({ id: String(id), text }));

const best = async (ranker: Ranker, query: string, items: readonly ContextItem[]) => {
  const scores = await ranker(query, items);
  return scores.indexOf(Math.max(...scores));
};

describe.each([
  ['tfIdf', tfIdf],
  ['bm25', bm25],
])('%s', (_name, ranker) => {
  it('takes the names of object members for ordinary words', async () => {
    const items = itemsOf('constructor', '__proto__ toString', 'nothing of the kind');
    for (const query of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      const scores = await ranker(query, items);
      expect(scores.every(Number.isFinite)).toBe(true);
    }
    expect(await best(ranker, 'constructor', items)).toBe(0);
    expect(await best(ranker, 'proto', items)).toBe(1);
  });

  it('knows words of any script, and has a score of nothing for nothing', async () => {
    const items = itemsOf('почта пришла', 'die Straße', '', '自転車の修理について', 'la batería');
    expect(await best(ranker, 'Почта', items)).toBe(0);
    expect(await best(ranker, 'STRASSE', items)).toBe(1);
    expect(await best(ranker, '修理', items)).toBe(3);
    expect(await best(ranker, 'bateria', items)).toBe(4);
    expect(await ranker('', items)).toEqual([0, 0, 0, 0, 0]);
    expect(await ranker('x', [])).toEqual([]);
    expect(await ranker('absent', itemsOf('here'))).toEqual([0]);
  });

  it('does not let a long item win by its length, nor by common words', async () => {
    const filler = 'the shop and the street and the weather of the day '.repeat(20);
    expect(await best(ranker, 'where is the bell', itemsOf(`${filler} bell`, 'the bell is here', filler))).toBe(1);
  });
});

describe('bm25', () => {
  it('is what the formula says', async () => {
    // Two of three have "bell"; lengths 2, 1, 1; average 4/3.
    const idf = Math.log(1 + 1.5 / 2.5);
    const [twice, once, none] = await bm25('bell', itemsOf('bell bell', 'bell', 'horn'));
    expect(twice).toBeCloseTo((idf * 2 * 2.2) / (2 + 1.2 * (0.25 + 0.75 * 1.5)), 12);
    expect(once).toBeCloseTo((idf * 2.2) / (1 + 1.2 * (0.25 + 0.75 * 0.75)), 12);
    expect(none).toBe(0);
  });
});

describe('inOrder', () => {
  it('ranks as offered', async () => {
    expect(await inOrder('anything', itemsOf('a', 'b', 'c'))).toEqual([3, 2, 1]);
  });
});
