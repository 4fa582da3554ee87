import { loadTokenizer } from 'durableflow';
import { describe, expect, it } from 'vitest';

describe('loadTokenizer', () => {
  it('counts as o200k_base does', async () => {
    const count = await loadTokenizer();
    expect(count('')).toBe(0);
    expect(count('The bike is ready.')).toBe(5);
    expect(count('日本語の文章です。')).toBe(6);
  });

  it('takes a control token for the text that it is', async () => {
    const count = await loadTokenizer();
    expect(count('<|endoftext|>')).toBeGreaterThan(3);
  });

  it('counts a very long word in pieces: never less than whole, hardly more, and in time', async () => {
    const count = await loadTokenizer();
    const word = 'abcdefghij'.repeat(50);
    const long = word.repeat(200);
    // Whole, this word of 100,000 letters would take the tokenizer seconds.
    expect(count(long)).toBeGreaterThanOrEqual(count(word) * 200 * 0.99);
    expect(count(long)).toBeLessThanOrEqual(count(word) * 200 * 1.02);
  });
});
