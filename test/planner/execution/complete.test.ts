import { Planner } from 'durableflow/planner';
import { describe, expect, it } from 'vitest';
import { failure } from '../../models/fixtures/collect.js';
import { openAiWire } from '../../models/fixtures/open-ai-stub.js';
import { cutBody, silence, StubServer, text } from '../../models/fixtures/stub-server.js';
import { hello, stubTarget } from './stub-targets.js';

const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };
const said = (content: string) => openAiWire.completion({ message: { content }, usage });

/** Two targets, the first one cheaper, so that it is asked first. */
async function pair(first: Parameters<typeof StubServer.start>, second: Parameters<typeof StubServer.start>) {
  const [small, large] = [await StubServer.start(...first), await StubServer.start(...second)];
  const targets = [stubTarget('small', small), stubTarget('large', large, { tier: 'frontier', prices: { input: 10, output: 10 } })];
  return { small, large, targets };
}

describe('a whole answer', () => {
  it('is the first target’s, untouched, and its attempt is on record with what it cost', async () => {
    const { small, targets } = await pair([said('Hello.')], [silence]);
    await using planner = await Planner.open({ targets });
    const extra = { ...hello, seed: 7, planner: { shadow: false }, metadata: { a: 'b' } };
    const { completion, requestId, targetId, trace } = await planner.complete(extra);
    expect(targetId).toBe('small');
    expect(completion).toMatchObject({ id: 'chatcmpl-1', choices: [{ message: { content: 'Hello.', refusal: null }, logprobs: null }] });
    expect(small.requests[0]!.body).toEqual({
      model: 'small-1',
      messages: hello.messages,
      max_tokens: 100,
      seed: 7,
      metadata: { a: 'b' },
    });
    expect(trace).toMatchObject({ requestId, state: 'answered', totals: { costUsd: 0.00003, chargedUsd: 0.00003, attempts: 1 } });
    expect(planner.trace(requestId)).toEqual(trace);
  });

  it.each([
    { what: 'takes no more', reply: openAiWire.error(429, { message: 'slow down', code: 'rate_limit_exceeded' }), charged: 0 },
    { what: 'fails', reply: openAiWire.error(500, { message: 'oops' }), charged: 0 },
    { what: 'refuses the key', reply: openAiWire.error(401, { message: 'bad key' }), charged: 0 },
    { what: 'does not know its model', reply: openAiWire.error(404, { message: 'no such model' }), charged: 0 },
    { what: 'answers with a page', reply: text(200, 'text/html', '<h1>Log in</h1>'), charged: 1 },
    { what: 'answers with other JSON', reply: text(200, 'application/json', '{"hello":"world"}'), charged: 1 },
    { what: 'breaks off', reply: cutBody, charged: 1 },
    { what: 'says nothing', reply: silence, charged: 1 },
  ])('goes to the next target where the first one $what', async ({ reply, charged }) => {
    const { targets } = await pair([reply], [said('Hello.')]);
    await using planner = await Planner.open({ targets, timeout: '300ms' });
    const { targetId, trace } = await planner.complete(hello);
    expect(targetId).toBe('large');
    expect(trace.escalation).toMatchObject([{ outcome: 'transport_error' }, { outcome: 'no_check_completed', costUsd: 0.0003 }]);
    expect(trace.escalation[0]!.chargedUsd > 0).toBe(charged > 0);
  });

  it('goes nowhere else where the request itself is refused: its caller reads what the target said', async () => {
    const said = { message: 'messages[0].role is bad', type: 'invalid_request_error', code: 'invalid_value', param: 'messages' };
    const { large, targets } = await pair([openAiWire.error(400, said)], [silence]);
    await using planner = await Planner.open({ targets });
    const error = await failure<{ code: string; details: Record<string, unknown> }>(planner.complete(hello));
    expect(error).toMatchObject({ code: 'DF_PLAN_REJECTED', details: { status: 400, error: said } });
    expect(large.requests).toEqual([]);
    expect(planner.trace(String(error.details['requestId']))).toMatchObject({ state: 'failed', totals: { chargedUsd: 0 } });
  });

  it('is none where all targets fail; all attempts are told', async () => {
    const { targets } = await pair([openAiWire.error(500, { message: 'oops' })], [openAiWire.error(503, { message: 'later' })]);
    await using planner = await Planner.open({ targets });
    await expect(planner.complete(hello)).rejects.toMatchObject({
      code: 'DF_PLAN_FAILED',
      details: {
        attempts: [
          { targetId: 'small', outcome: 'transport_error' },
          { targetId: 'large', outcome: 'transport_error' },
        ],
      },
    });
  });
});
