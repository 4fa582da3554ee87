import fc from 'fast-check';
import { candidates, contextBudget, estimateTokens, select, step, tfIdf, workflow, type ContextItem, type Selection } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { openFlow } from '../fixtures/open-flow.js';
import { errorCode } from '../fixtures/rejection.js';

const words = (text: string) => text.split(' ').length;

const item = (id: string, text: string, pinned = false): ContextItem => ({ id, text, pinned });

describe('select', () => {
  it('takes the best that fit, and says what it left out and why', async () => {
    const items = [item('a', 'snow and ice'), item('b', 'the bike is in the shop'), item('c', 'a bike')];
    const selection = await select(items, { query: 'bike', maxTokens: 5, countTokens: words });
    expect(selection.selected.map(({ id }) => id)).toEqual(['a', 'c']);
    expect(selection.tokens).toBe(5);
    expect(selection.rejected).toEqual([{ id: 'b', reason: 'too_long', tokens: 6, score: expect.any(Number) as number, rank: 2 }]);
  });

  it('always keeps what is pinned, and refuses when that alone is too much', async () => {
    const items = [item('a', 'bike bike'), item('b', 'one two three', true)];
    expect((await select(items, { query: 'bike', maxTokens: 4, countTokens: words })).selected.map(({ id }) => id)).toEqual(['b']);
    expect(await errorCode(select(items, { query: 'bike', maxTokens: 2, countTokens: words }))).toBe('DF_CONTEXT_OVER_BUDGET');
  });

  it('never goes over the ceiling, never drops a pinned item, and accounts for every item', async () => {
    const anItem = fc.record({ text: fc.lorem({ maxCount: 12 }), pinned: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anItem, { maxLength: 15 }),
        fc.integer({ min: 1, max: 60 }),
        fc.lorem(),
        async (drawn, maxTokens, query) => {
          const items = drawn.map((it, id) => ({ id: String(id), ...it }));
          const pinned = items.filter((it) => it.pinned);
          const needed = pinned.reduce((sum, { text }) => sum + words(text), 0);
          if (needed > maxTokens) {
            expect(await errorCode(select(items, { query, maxTokens, countTokens: words }))).toBe('DF_CONTEXT_OVER_BUDGET');
            return;
          }
          const { selected, rejected, tokens } = await select(items, { query, maxTokens, countTokens: words });
          expect(selected.reduce((sum, { text }) => sum + words(text), 0)).toBe(tokens);
          expect(tokens).toBeLessThanOrEqual(maxTokens);
          expect(selected.map(({ id }) => id)).toEqual(expect.arrayContaining(pinned.map(({ id }) => id)));
          expect([...selected, ...rejected].map(({ id }) => id).sort()).toEqual(items.map(({ id }) => id).sort());
          // What was offered first stays first.
          expect(selected.map(({ id }) => Number(id))).toEqual(selected.map(({ id }) => Number(id)).sort((a, b) => a - b));
        },
      ),
    );
  });
});

describe('tfIdf', () => {
  it('takes the names of object members for ordinary words', async () => {
    const items = ['constructor', '__proto__ toString', 'nothing of the kind'].map((text, id) => item(String(id), text));
    for (const query of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      const scores = await tfIdf(query, items);
      expect(scores.every(Number.isFinite)).toBe(true);
    }
    const [own, ...others] = await tfIdf('constructor', items);
    expect(own).toBeGreaterThan(Math.max(...others));
  });

  it('knows words of any script, and has a score of nothing for nothing', async () => {
    const items = [item('0', 'почта пришла'), item('1', 'die Straße'), item('2', '')];
    expect((await tfIdf('Почта', items))[0]).toBeGreaterThan(0);
    expect((await tfIdf('straße', items))[1]).toBeGreaterThan(0);
    expect(await tfIdf('', items)).toEqual([0, 0, 0]);
    expect(await tfIdf('x', [])).toEqual([]);
  });
});

describe('estimateTokens', () => {
  it('counts bytes, not characters, and rather too many', () => {
    expect(estimateTokens('')).toBe(0);
    expect(estimateTokens('abc')).toBe(1);
    expect(estimateTokens('\u{1F600}')).toBe(2);
  });
});

describe('@contextBudget', () => {
  @workflow({ name: 'context' })
  class Reading {
    run({ first, second }: { first: ContextItem[]; second: ContextItem[] }) {
      return this.read('bike', candidates(first), candidates(second));
    }

    @step()
    @contextBudget({ maxTokens: 6, query: (question) => question, countTokens: words })
    async read(_question: string, first: Selection, second: Selection) {
      return [first, second].map(({ selected }) => selected.map(({ id }) => id));
    }
  }

  async function read(first: ContextItem[], second: ContextItem[]) {
    const flow = await openFlow();
    flow.register(Reading, () => new Reading());
    return (await flow.start(Reading, { first, second })).result();
  }

  it('is one ceiling for all selections of a call', async () => {
    expect(
      await read([item('a', 'one bike here'), item('b', 'four words are these')], [item('c', 'another bike'), item('d', 'two words')]),
    ).toEqual([['a'], ['c']]);
  });

  it('keeps room for what is pinned in a later selection', async () => {
    expect(await read([item('a', 'bike bike bike bike')], [item('p', 'pinned words are four', true)])).toEqual([[], ['p']]);
  });

  it('refuses a call whose pinned items are too many for it, before the body runs', async () => {
    expect(await errorCode(read([item('p', 'pinned words are four', true)], [item('q', 'these are four too', true)]))).toBe(
      'DF_CONTEXT_OVER_BUDGET',
    );
  });
});
