import { expect, it } from 'vitest';
import { KnownCounts } from '../../../readiness-suites/child/known-counts.js';
import { loadTokenizer } from '../../../sdk/context/index.js';

it('counts as the tokenizer does, and tells others what it was the first to count', async () => {
  const count = await loadTokenizer();
  const texts = ['', 'The bike is ready.', '<|endoftext|>', 'ä'.repeat(2000), 'x '.repeat(150_000)];
  const first = new KnownCounts([]);
  expect(texts.map(first.count)).toEqual(texts.map(count));
  const learned = first.takeLearned();
  expect([learned.length, first.takeLearned()]).toEqual([4, []]);
  const second = new KnownCounts(learned.map(([digest, tokens]) => [digest, tokens + 1000]));
  expect(texts.slice(0, 4).map(second.count)).toEqual(texts.slice(0, 4).map((text) => count(text) + 1000));
  expect(second.takeLearned()).toEqual([]);
});
