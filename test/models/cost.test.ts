import { listPrices } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { costMicros, costUsd, toMicros, worstCaseMicros } from '../../sdk/models/cost.js';
import { priceOf } from '../../sdk/models/prices.js';

const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };
const price = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };

describe('costs', () => {
  it('prices every kind of token, and reasoning as a part of the answer', () => {
    const all = { inputTokens: 100, outputTokens: 10, cacheReadTokens: 1000, cacheWriteTokens: 200, reasoningTokens: 9 };
    expect(costMicros(all, price)).toBe(300 + 150 + 300 + 750);
    expect(costMicros({ ...usage, cacheReadTokens: 10, cacheWriteTokens: 10 }, { input: 3, output: 15 })).toBe(60);
  });

  it('rounds up to a whole micro-dollar, and not for an error of floating point', () => {
    expect(costMicros({ ...usage, inputTokens: 1 }, { input: 0.1, output: 0 })).toBe(1);
    expect(costMicros({ ...usage, inputTokens: 30 }, { input: 0.1, output: 0 })).toBe(3);
    expect(costMicros({ ...usage, inputTokens: 3 }, { input: 1.1, output: 0 })).toBe(4);
    expect(costMicros(usage, price)).toBe(0);
    expect(toMicros(0.29)).toBe(290_000);
  });

  it('prices a long prompt as such, answer and cache included', () => {
    const haiku = listPrices['claude-haiku-5-5']!;
    expect(costMicros({ ...usage, inputTokens: 100_000, outputTokens: 1000 }, haiku)).toBe(10_000 + 500);
    expect(costMicros({ ...usage, inputTokens: 60_000, cacheReadTokens: 50_000, outputTokens: 1000 }, haiku)).toBe(30_000 + 2500 + 2500);
    expect(worstCaseMicros(100_001, 1000, haiku)).toBe(Math.ceil(100_001 * 0.625) + 2500);
  });

  it('takes the dearest way for the worst case', () => {
    expect(worstCaseMicros(100, 10, price)).toBe(375 + 150);
    expect(worstCaseMicros(100, 10, { input: 3, output: 15 })).toBe(300 + 150);
  });

  it('finds a model by its name or its name without a date, and nothing by half a name', () => {
    expect(priceOf('claude-haiku-4-5-20251001', listPrices)).toBe(listPrices['claude-haiku-4-5']);
    expect(priceOf('claude-haiku-4-5@20251001', listPrices)).toBe(listPrices['claude-haiku-4-5']);
    expect(priceOf('gpt-5-2025-08-07', listPrices)).toBe(listPrices['gpt-5']);
    expect(priceOf('gpt-4o-2024-05-13', listPrices)?.output).toBe(15);
    for (const unknown of ['claude-haiku', 'gpt-5-ultra', 'constructor', '']) expect(priceOf(unknown, listPrices)).toBeUndefined();
    expect(costUsd(usage, ['unknown'], listPrices)).toBeUndefined();
    expect(costUsd({ ...usage, inputTokens: 10 }, ['unknown', 'gpt-5'], listPrices)).toBe(0.000013);
  });

  it('lists prices that make sense', () => {
    for (const [model, { input, output, cacheRead = input, longPrompt, asOf }] of Object.entries(listPrices)) {
      if (model === 'scripted') continue;
      expect(output, model).toBeGreaterThan(input);
      expect(cacheRead, model).toBeLessThanOrEqual(input);
      if (longPrompt) expect(longPrompt.input, model).toBeGreaterThan(input);
      expect(asOf, model).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });
});
