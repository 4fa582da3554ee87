import fc from 'fast-check';
import {
  BudgetExceeded,
  estimateTokens,
  MemoryBudgetLedger,
  ModelError,
  routeModels,
  scriptedModel,
  type ModelAttempt,
  type ModelRequest,
  type ScriptedReply,
} from 'durableflow';
import { describe, expect, it } from 'vitest';
import { failure } from './fixtures/collect.js';

const ask: ModelRequest = { messages: [{ role: 'user', content: 'Hi' }], maxTokens: 100 };
/** A micro-dollar an output token; the prompt is free. */
const prices = { scripted: { input: 0, output: 1 } };
const countTokens = estimateTokens;
const used = (outputTokens: number): ScriptedReply => ({ text: 'x', usage: { inputTokens: 0, outputTokens } });

describe('a budget', () => {
  it('refuses a call whose worst case does not fit, before anything is spent', async () => {
    const model = scriptedModel([used(30), used(30)]);
    const ledger = new MemoryBudgetLedger();
    const router = routeModels({ targets: [{ client: model }], prices, budget: { run: 0.00015, countTokens, ledger } });
    const answer = await router.complete(ask);
    expect(answer.attempts).toMatchObject([{ costUsd: 0.00003, chargedUsd: 0.00003 }]);
    await router.complete({ ...ask, maxTokens: 120 });
    const error = await failure<BudgetExceeded>(router.complete(ask));
    expect(error).toBeInstanceOf(BudgetExceeded);
    expect(error.code).toBe('DF_BUDGET_EXCEEDED');
    expect(error.refusal).toMatchObject({ kind: 'run', limitUsd: 0.00015, committedUsd: 0.00006, neededUsd: 0.0001 });
    model.assertUsedUp();
    expect(model.requests).toHaveLength(2);
  });

  it("sets the worst case aside for every attempt, the fallback's too", async () => {
    const broken = () => new ModelError('malformed', 'what is this');
    const dear = scriptedModel([broken()], { model: 'dear' });
    const seen: ModelAttempt[] = [];
    const router = routeModels({
      targets: [
        { name: 'a', client: scriptedModel([broken()]), retry: { maxAttempts: 1 } },
        { name: 'b', client: dear },
      ],
      prices: { ...prices, dear: { input: 0, output: 10 } },
      budget: { step: 0.001, countTokens },
      onAttempt: (it) => seen.push(it),
    });
    // 100 of the first target may have been billed; 1000 for the second do not fit any more.
    const error = await failure<BudgetExceeded>(router.complete(ask));
    expect(error.refusal).toMatchObject({ kind: 'step', committedUsd: 0.0001, neededUsd: 0.001 });
    expect(error.cause).toMatchObject({ kind: 'malformed' });
    expect(dear.requests).toHaveLength(0);
    expect(seen).toMatchObject([{ target: 'a', costUsd: undefined, chargedUsd: 0.0001 }]);
  });

  it('gives back what an attempt cannot have cost, and takes the reported usage of one that failed', async () => {
    const ledger = new MemoryBudgetLedger();
    const usage = { inputTokens: 0, outputTokens: 40, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };
    const client = scriptedModel([
      new ModelError('overloaded', 'no'),
      new ModelError('connection', 'refused', { mayCost: false }),
      new ModelError('malformed', 'no JSON', { usage }),
      used(7),
    ]);
    const router = routeModels({
      targets: [{ client, retry: { maxAttempts: 4, initialDelay: 1 } }],
      prices,
      budget: { day: 1, countTokens, ledger },
    });
    const answer = await router.complete(ask);
    expect(answer.attempts?.map(({ chargedUsd }) => chargedUsd)).toEqual([0, 0, 0.00004, 0.000007]);
    expect(await ledger.committed({ kind: 'day', key: new Date().toISOString().slice(0, 10) })).toBe(47);
  });

  it('counts a day in UTC, and begins anew with the next', async () => {
    let now = Date.UTC(2026, 10, 23, 23, 59);
    const clock = { now: () => now, after: () => () => {} };
    const router = routeModels({
      targets: [{ client: scriptedModel([used(100), used(100)]) }],
      prices,
      budget: { day: 0.00015, countTokens },
      clock,
    });
    await router.complete(ask);
    expect((await failure<BudgetExceeded>(router.complete(ask))).refusal).toMatchObject({ kind: 'day', key: '2026-11-23' });
    now += 120_000;
    await router.complete(ask);
  });

  it('needs to know the price of a model', async () => {
    const client = scriptedModel(['Hello.'], { model: 'nobody-knows' });
    const router = routeModels({ targets: [{ client }], budget: { day: 1, countTokens } });
    expect(await failure(router.complete(ask))).toMatchObject({ code: 'DF_MODEL_PRICE_UNKNOWN' });
    expect(client.requests).toHaveLength(0);
    const free = await routeModels({ targets: [{ client }] }).complete(ask);
    expect(free.costUsd).toBeUndefined();
  });

  it('counts the prompt with its tools, dearer for a vendor whose tokenizer is another', async () => {
    const worstCase = async (model: string, request: ModelRequest) => {
      const router = routeModels({
        targets: [{ client: scriptedModel([], { model }) }],
        prices: { [model]: { input: 1, output: 0 } },
        budget: { day: 0 },
      });
      return (await failure<BudgetExceeded>(router.complete(request))).refusal.neededUsd * 1e6;
    };
    const long: ModelRequest = { ...ask, messages: [{ role: 'user', content: 'The bike is ready. '.repeat(100) }] };
    const own = await worstCase('gpt-5-mini', long);
    expect(own).toBeGreaterThan(400);
    expect(own).toBeLessThan(600);
    expect(await worstCase('claude-haiku-4-5', long)).toBe(Math.ceil(own * 1.6));
    const tools = [{ name: 'order', parameters: { type: 'object' } }];
    expect(await worstCase('gpt-5-mini', { ...long, tools })).toBeGreaterThan(own + 600);
    // No text has more tokens than bytes.
    expect(await worstCase('claude-haiku-4-5', { ...ask, messages: [{ role: 'user', content: 'q'.repeat(3) }] })).toBe(11);
  });

  it('keeps an answer that is paid for when the ledger cannot be written any more', async () => {
    const ledger = new MemoryBudgetLedger();
    ledger.settle = () => Promise.reject(new Error('the disk is full'));
    const router = routeModels({ targets: [{ client: scriptedModel([used(1)]) }], prices, budget: { run: 1, countTokens, ledger } });
    expect((await router.complete(ask)).attempts).toMatchObject([{ costUsd: 0.000001, chargedUsd: 0.0001 }]);
  });

  it('is never overspent by attempts that run at once', async () => {
    const calls = fc.array(
      fc.record({
        used: fc.integer({ min: 0, max: 100 }),
        maxTokens: fc.integer({ min: 1, max: 100 }),
        fails: fc.constantFrom('no', 'unbilled', 'billed'),
      }),
      { minLength: 1, maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(calls, fc.integer({ min: 0, max: 1500 }), fc.integer({ min: 0, max: 1500 }), async (plans, runLimit, dayLimit) => {
        const ledger = new MemoryBudgetLedger();
        let billed = 0;
        let highest = 0;
        const client = scriptedModel(async ({ messages }) => {
          const plan = plans[Number(messages[0]!.content)]!;
          await new Promise(setImmediate);
          if (plan.fails === 'unbilled') return new ModelError('overloaded', 'no');
          billed += Math.min(plan.used, plan.maxTokens);
          highest = Math.max(highest, billed);
          return plan.fails === 'billed'
            ? new ModelError('stream_broken', 'cut')
            : (used(Math.min(plan.used, plan.maxTokens)) as { text: string });
        });
        const router = routeModels({
          targets: [{ client, retry: { maxAttempts: 1 } }], prices, breaker: false,
          budget: { run: runLimit / 1e6, day: dayLimit / 1e6, ledger, countTokens: () => 0 },
        }); // prettier-ignore
        await Promise.allSettled(
          plans.map(({ maxTokens }, index) => router.complete({ messages: [{ role: 'user', content: String(index) }], maxTokens })),
        );
        const committed = await ledger.committed({ kind: 'day', key: new Date().toISOString().slice(0, 10) });
        expect(highest).toBeLessThanOrEqual(Math.min(runLimit, dayLimit));
        expect(committed).toBeGreaterThanOrEqual(billed);
        expect(committed).toBeLessThanOrEqual(Math.min(runLimit, dayLimit));
      }),
      { numRuns: 60 },
    );
  });
});
