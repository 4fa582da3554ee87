import { ModelError, scriptedModel } from 'durableflow';
import { expect, it } from 'vitest';
import { LiveModel } from '../../readiness-suites/live-model.js';
import { errorCode, rejection } from '../fixtures/rejection.js';

const prices = { scripted: { input: 100, output: 1000 } };
const request = { messages: [{ role: 'user', content: 'Well?' }], maxTokens: 10 } as const;
const ask = (live: LiveModel) => Promise.resolve(live.behaviour(request, { target: 'primary', nth: 1 }));

it('answers with what the model says, and counts it', async () => {
  const live = new LiveModel(scriptedModel([{ text: 'Yes.', usage: { inputTokens: 10, outputTokens: 2 } }]), { prices });
  expect(await ask(live)).toMatchObject({ text: 'Yes.', usage: { inputTokens: 10, outputTokens: 2 } });
  expect(live.note).toBe('the live model has been asked 1 times so far, for $0.0030 of $5');
  live.assertAnswering();
});

it('asks nothing that could cost more than is left, and nothing more from then on', async () => {
  const model = scriptedModel(['Yes.', 'No.']);
  const live = new LiveModel(model, { prices, usd: 0.001 });
  await rejection(ask(live));
  expect(() => live.assertAnswering()).toThrow("the suite's limit of $0.001 for its live model is used up (liveLimits.usd)");
  expect(await errorCode(ask(live))).toBe('DF_READINESS_LIVE');
  expect(model.requests).toEqual([]);
});

it('needs a price, since nothing could be held to a limit without', async () => {
  const live = new LiveModel(scriptedModel(['Yes.'], { model: 'unheard-of' }));
  expect(await errorCode(ask(live))).toBe('DF_MODEL_PRICE_UNKNOWN');
  expect(() => live.assertAnswering()).toThrow('nobody knows what the live model costs (liveLimits.prices)');
});

it('does not take a failure of the provider for one of the agent, but what the agent asked wrongly', async () => {
  const refused = new LiveModel(scriptedModel([new ModelError('context_length', 'too long')]), { prices });
  await rejection(ask(refused));
  refused.assertAnswering();
  const locked = new LiveModel(scriptedModel([new ModelError('authentication', 'no key')]), { prices });
  await rejection(ask(locked));
  expect(() => locked.assertAnswering()).toThrow(/did not answer: .*Set the key of its provider \(ANTHROPIC_API_KEY/);
});
