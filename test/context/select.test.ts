import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  bm25,
  candidates,
  contextBudget,
  estimateTokens,
  inOrder,
  loadTokenizer,
  select,
  step,
  tfIdf,
  workflow,
  type ContextItem,
  type Selection,
  type SelectOptions,
} from 'durableflow';
import { describe, expect, it } from 'vitest';
import { openFlow } from '../fixtures/open-flow.js';
import { errorCode } from '../fixtures/rejection.js';

const words = (text: string) => text.split(' ').length;

const item = (id: string, text: string, pinned = false): ContextItem => ({ id, text, pinned });

describe('select', () => {
  it('takes the best that fit, and says what it left out and why', async () => {
    const items = [item('a', 'snow and ice'), item('b', 'the bike is in'), item('c', 'a bike')];
    const selection = await select(items, { query: 'bike', maxTokens: 5, countTokens: words });
    expect(selection.selected).toMatchObject([
      { id: 'a', tokens: 3, score: 0, rank: 3 },
      { id: 'c', tokens: 2, rank: 1 },
    ]);
    expect(selection.tokens).toBe(5);
    expect(selection.rejected).toEqual([{ id: 'b', reason: 'too_long', tokens: 4, score: expect.any(Number) as number, rank: 2 }]);
  });

  it('always keeps what is pinned, and refuses when that alone is too much', async () => {
    const items = [item('a', 'bike bike'), item('b', 'one two three', true)];
    expect((await select(items, { query: 'bike', maxTokens: 4, countTokens: words })).selected.map(({ id }) => id)).toEqual(['b']);
    expect(await errorCode(select(items, { query: 'bike', maxTokens: 2, countTokens: words }))).toBe('DF_CONTEXT_OVER_BUDGET');
  });

  it('does not let one long item keep out all others, and takes it where it harms nobody', async () => {
    const long = item('long', 'bike '.repeat(9).trim());
    const options = { query: 'bike', maxTokens: 10, countTokens: words, ranker: inOrder };
    const crowded = await select([long, item('b', 'a bike'), item('c', 'another bike')], options);
    expect(crowded.selected.map(({ id }) => id)).toEqual(['b', 'c']);
    expect(crowded.rejected).toMatchObject([{ id: 'long', reason: 'too_long', rank: 1 }]);
    expect((await select([long], options)).selected).toHaveLength(1);
    expect((await select([long, item('b', 'a bike')], { ...options, itemShare: 1 })).selected.map(({ id }) => id)).toEqual(['long']);
    // What does not match at all stands back behind what does.
    const unmatched = await select([item('x', 'snow'), item('y', 'ice and rain'), long], { ...options, ranker: bm25 });
    expect(unmatched.selected.map(({ id }) => id)).toEqual(['x', 'long']);
    expect(unmatched.rejected).toMatchObject([{ id: 'y', reason: 'over_budget' }]);
  });

  it('takes the same text once, the pinned or the better-ranked one, and names it', async () => {
    const items = [item('a', 'the  bike\n'), item('b', 'the bike'), item('c', 'horn', true), item('d', ' horn'), item('c', 'horn', true)];
    const { selected, rejected } = await select(items, { query: 'bike', maxTokens: 50, countTokens: words });
    expect(selected.map(({ id }) => id)).toEqual(['a', 'c', 'c']);
    expect(rejected).toMatchObject([
      { id: 'b', reason: 'duplicate', duplicateOf: 'a' },
      { id: 'd', reason: 'duplicate', duplicateOf: 'c' },
    ]);
  });

  it('leaves out what is below minScore, even if there is room, unless it is pinned', async () => {
    const items = [item('a', 'a bike'), item('b', 'snow'), item('c', 'ice', true)];
    const { selected, rejected } = await select(items, { query: 'bike', maxTokens: 50, countTokens: words, minScore: 0.01 });
    expect(selected.map(({ id }) => id)).toEqual(['a', 'c']);
    expect(rejected).toMatchObject([{ id: 'b', reason: 'not_relevant', score: 0 }]);
  });

  it('counts what an item looks like in the prompt', async () => {
    const render = ({ id, text }: ContextItem) => `${id} says : ${text}`;
    expect((await select([item('a', 'a bike')], { query: 'bike', maxTokens: 9, countTokens: words, render })).tokens).toBe(5);
  });

  it('counts with the real tokenizer: for OpenAI as it is, for others with a margin, but never more than bytes', async () => {
    const count = await loadTokenizer();
    const text = 'The bike is ready on Friday, 3 pm.';
    const tokensFor = async (text: string, model?: string) =>
      (await select([item('a', text)], { query: '', maxTokens: 1000, model })).tokens;
    expect(await tokensFor(text, 'gpt-5-mini')).toBe(count(`${text}\n`));
    expect(await tokensFor(text, 'claude-haiku-4-5')).toBe(Math.ceil(count(`${text}\n`) * 1.6));
    expect(await tokensFor(text)).toBe(Math.ceil(count(`${text}\n`) * 1.6));
    expect(await tokensFor('q~', undefined)).toBe(3);
  });

  it('keeps the ceiling for text that an estimate takes for half as much', async () => {
    const base64 = (seed: number) => createHash('sha512').update(String(seed)).digest('base64').repeat(3);
    const items = Array.from({ length: 20 }, (_, id) => item(String(id), `${'\u{1F9D1}\u{200D}\u{1F680}'.repeat(id)}${base64(id)}`));
    const count = await loadTokenizer();
    const { selected } = await select(items, { query: '', maxTokens: 1000 });
    const real = selected.reduce((sum, { text }) => sum + count(text), 0);
    expect(real).toBeLessThanOrEqual(1000);
    expect(selected.reduce((sum, { text }) => sum + estimateTokens(text), 0)).toBeLessThan(real);
  });

  it.each<[string, Partial<SelectOptions>, ContextItem[]]>([
    ['scores for other items', { ranker: () => [1] }, [item('a', 'x'), item('b', 'y')]],
    ['a score that is no number', { ranker: () => [NaN] }, [item('a', 'x')]],
    ['a count that is no number', { countTokens: () => NaN }, [item('a', 'x')]],
    ['a negative count', { countTokens: () => -1 }, [item('a', 'x')]],
    ['two texts under one id', {}, [item('a', 'x'), item('a', 'y')]],
    ['no text', {}, [{ id: 'a' } as ContextItem]],
  ])('refuses %s', async (_what, options, items) => {
    expect(await errorCode(select(items, { query: 'x', maxTokens: 10, countTokens: words, ...options }))).toBe('DF_INVALID_INPUT');
  });

  it('never goes over the ceiling, never drops a pinned item, accounts for every item, and answers the same twice', async () => {
    const anItem = fc.record({
      text: fc.oneof(fc.lorem({ maxCount: 12 }), fc.string({ unit: 'binary', maxLength: 40 })),
      pinned: fc.boolean(),
    });
    /** Any function of the text from 0 is a tokenizer. */
    const tokenizer = fc.func(fc.oneof(fc.nat(30), fc.double({ min: 0, max: 30, noNaN: true })));
    const anyRanker = fc.constantFrom(bm25, tfIdf, inOrder);
    const rules = fc.record({ maxTokens: fc.integer({ min: 1, max: 90 }), itemShare: fc.double({ min: 0.01, max: 1, noNaN: true }), minScore: fc.constantFrom(undefined, 0, 0.5) }); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(
        fc.array(anItem, { maxLength: 15 }),
        rules,
        fc.lorem(),
        tokenizer,
        anyRanker,
        async (drawn, rules, query, countTokens, ranker) => {
          const items = drawn.map((it, id) => ({ id: String(id), ...it }));
          const options = { ...rules, query, countTokens, ranker, render: ({ text }: ContextItem) => text };
          const pinned = items.filter((it) => it.pinned).map(({ id }) => id);
          const needed = items.filter((it) => it.pinned).reduce((sum, { text }) => sum + countTokens(text), 0);
          if (needed > rules.maxTokens) {
            expect(await errorCode(select(items, options))).toBe('DF_CONTEXT_OVER_BUDGET');
            return;
          }
          const selection = await select(items, options);
          const { selected, rejected, tokens } = selection;
          expect(selected.reduce((sum, { text }) => sum + countTokens(text), 0)).toBeCloseTo(tokens!, 6);
          expect(tokens).toBeLessThanOrEqual(rules.maxTokens + 1e-9);
          expect(selected.map(({ id }) => id)).toEqual(expect.arrayContaining(pinned));
          expect([...selected, ...rejected].map(({ id }) => Number(id)).sort((a, b) => a - b)).toEqual(items.map((_, id) => id));
          expect([...selected, ...rejected].map(({ rank }) => rank!).sort((a, b) => a - b)).toEqual(items.map((_, place) => place + 1));
          // What was offered first stays first.
          expect(selected.map(({ id }) => Number(id))).toEqual(selected.map(({ id }) => Number(id)).sort((a, b) => a - b));
          // Nothing is left out for want of room while there is room for it.
          for (const it of rejected)
            if (it.reason === 'over_budget' || it.reason === 'too_long')
              expect(tokens! + it.tokens).toBeGreaterThan(rules.maxTokens - 1e-9);
          expect(await select(items, options)).toEqual(selection);
        },
      ),
    );
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
    @contextBudget({ maxTokens: 6, reserve: 0, query: (question) => question, countTokens: words })
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
