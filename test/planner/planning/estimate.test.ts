import { describe, expect, it } from 'vitest';
import { estimate } from '../../../sdk/planner/planning/estimate.js';
import { OutcomeHistory, outcomeOf, windowSize } from '../../../sdk/planner/planning/outcome-history.js';
import { wilson } from '../../../sdk/planner/planning/wilson.js';
import type { Attempt } from '../../../sdk/planner/attempt.js';
import { target, teach } from './planner-world.js';

const it1 = target('a', { latencyPrior: { p50Ms: 1000, p95Ms: 4000 } });

function after(past: Parameters<typeof teach>[2]) {
  const history = new OutcomeHistory();
  teach(history, it1, past);
  return estimate(it1, history.track(it1, 'chat'), 'chat', 1000, 500);
}

describe('the success rate', () => {
  it('is bounded by Wilson’s interval', () => {
    // Against values of R's binom::binom.wilson.
    expect(wilson(8, 10).lower).toBeCloseTo(0.4902, 4);
    expect(wilson(8, 10).upper).toBeCloseTo(0.9433, 4);
    expect(wilson(0, 10)).toMatchObject({ lower: 0, upper: expect.closeTo(0.2775, 4) });
    expect(wilson(10, 10)).toMatchObject({ lower: expect.closeTo(0.7225, 4), upper: 1 });
    expect(wilson(0, 0)).toEqual({ lower: 0, upper: 1 });
  });

  it('is worth more the more answers were verified', () => {
    expect(after({})).toMatchObject({ success: { rate: undefined, lower: 0, upper: 1, samples: 0 }, confidence: 'low' });
    expect(after({ passed: 5 }).confidence).toBe('low');
    expect(after({ passed: 10 }).confidence).toBe('medium');
    expect(after({ passed: 40 }).confidence).toBe('high');
    expect(after({ passed: 20, failed: 20 }).confidence).toBe('medium');
  });
});

describe('the cost', () => {
  it('is that of the usual answer, and at most that of the longest', () => {
    expect(after({})).toMatchObject({ costUsd: (1000 + 400 * 5) / 1e6, worstCaseUsd: (1000 + 500 * 5) / 1e6 });
    expect(after({ passed: 95, outputTokens: 80 }).costUsd).toBe((1000 + 97 * 5) / 1e6);
    expect(after({ passed: 95, outputTokens: 9000 }).costUsd).toBe((1000 + 500 * 5) / 1e6);
  });

  it('counts prompts at their long price', () => {
    const long = target('a', { prices: { input: 1, output: 5, longPrompt: { above: 999, input: 2, output: 10 } } });
    expect(estimate(long, new OutcomeHistory().track(long, 'chat'), 'chat', 1000, 500).worstCaseUsd).toBe((2000 + 5000) / 1e6);
  });
});

describe('the latency', () => {
  it('is what is assumed until it was measured; worse is believed sooner than better', () => {
    expect(after({})).toMatchObject({ latencyP50Ms: 1000, latencyP95Ms: 4000 });
    expect(after({ passed: 10, latencyMs: 0 })).toMatchObject({ latencyP50Ms: 500, latencyP95Ms: 2000 });
    expect(after({ passed: 2, latencyMs: 9000 })).toMatchObject({ latencyP50Ms: 5000, latencyP95Ms: 6500 });
    expect(after({ passed: 190, latencyMs: 100 }).latencyP95Ms).toBeLessThan(320);
  });
});

describe('the history', () => {
  const attempt = (outcome: Attempt['outcome'], stated: Partial<Attempt> = {}): Attempt => ({
    targetId: 'a', targetName: 'A', model: 'm', outcome, detail: undefined, startedAt: 5, durationMs: 10, firstTokenMs: undefined, costUsd: 0, chargedUsd: 0, shadow: false,
    usage: { inputTokens: 1, outputTokens: 7, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 }, ...stated,
  }); // prettier-ignore

  it('learns from what can be verified, from what was measured, and from nothing else', () => {
    expect(outcomeOf(attempt('passed_check'), 'chat')).toMatchObject({ passed: true, latencyMs: 10, outputTokens: 7, at: 15 });
    expect(outcomeOf(attempt('failed_check'), 'chat')).toMatchObject({ passed: false, latencyMs: 10 });
    expect(outcomeOf(attempt('no_check_completed'), 'chat')).toMatchObject({ passed: undefined, latencyMs: 10 });
    expect(outcomeOf(attempt('latency_breach'), 'chat')).toMatchObject({ passed: undefined, latencyMs: 10, outputTokens: undefined });
    // A refused connection takes no time at all, which would make the target look fast.
    for (const outcome of ['transport_error', 'rejected', 'interrupted', 'abandoned', 'skipped'] as const)
      expect(outcomeOf(attempt(outcome), 'chat')).toBeUndefined();
  });

  it('forgets what is old, keeps models and kinds of work apart, and knows nothing of strangers', () => {
    const history = new OutcomeHistory();
    teach(history, it1, { failed: windowSize });
    teach(history, it1, { passed: windowSize });
    const { verified, passed } = history.track(it1, 'chat');
    expect(verified).toBeGreaterThan(windowSize * 0.9);
    expect(passed).toBe(verified);
    expect(history.track(it1, 'code').verified).toBe(0);
    expect(history.track({ id: 'a', model: 'another' }, 'chat').verified).toBe(0);
  });

  it('is seen anew when it has grown by a tenth, and each time it is another epoch', () => {
    const history = new OutcomeHistory();
    const seen = new Map<number, string>();
    for (let n = 0; n < 500; n++) {
      teach(history, it1, { passed: n % 2, failed: (n + 1) % 2, latencyMs: n });
      const epoch = history.epoch('chat');
      const track = JSON.stringify(history.track(it1, 'chat'));
      // Within an epoch nothing changes, or plans in the cache would be others than those that the solver makes.
      expect(seen.get(epoch) ?? track).toBe(track);
      seen.set(epoch, track);
      expect(history.track(it1, 'chat').verified).toBeGreaterThanOrEqual(Math.min(windowSize, n + 1) * 0.89);
    }
    expect(seen.size).toBeLessThan(60);
    expect(history.epoch('code')).toBe(0);
  });
});
