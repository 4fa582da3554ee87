import Database from 'better-sqlite3';
import { Planner, type PlannerTarget } from 'durableflow/planner';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../fixtures/eventually.js';
import { tempFolder } from '../../fixtures/temp-folder.js';
import { failure } from '../../models/fixtures/collect.js';
import { openAiWire } from '../../models/fixtures/open-ai-stub.js';
import { silence, StubServer, type StubReply } from '../../models/fixtures/stub-server.js';
import { gate, hello, stubTarget } from './stub-targets.js';

type Coded = Error & { code: string; details: { requestId: string } };

const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };
const said = (content: string) => openAiWire.completion({ message: { content }, usage });

async function world(small: StubReply, large: StubReply = silence, more: Partial<PlannerTarget> = {}) {
  const [first, second] = [await StubServer.start(small), await StubServer.start(large)];
  const targets = [
    stubTarget('small', first),
    stubTarget('large', second, { tier: 'frontier', prices: { input: 10, output: 10 }, ...more }),
  ];
  return { first, second, targets };
}

describe('a session budget', () => {
  it('is charged what was used, keeps the worst case of what is under way, and refuses what does not fit', async () => {
    const held = gate(said('Hello.'));
    const { targets } = await world(held.reply);
    // A little less than the worst case of two requests.
    await using planner = await Planner.open({ targets: [targets[0]!], budgets: [{ id: 'team', limitUsd: 0.0002, period: 'total' }] });
    const first = planner.complete(hello, { budgetId: 'team' });
    await held.reached;
    const worst = planner.committedUsd('team');
    expect(worst).toBeGreaterThan(0.0001);
    const refused = await failure<Coded>(planner.complete(hello, { budgetId: 'team' }));
    expect(refused.code).toBe('DF_BUDGET_EXHAUSTED');
    expect(planner.trace(refused.details.requestId)).toMatchObject({ state: 'infeasible', totals: { attempts: 0 } });
    held.open();
    await first;
    expect(planner.committedUsd('team')).toBe(0.00003);
    await expect(planner.complete(hello, { budgetId: 'other' })).rejects.toMatchObject({ code: 'DF_PLAN_REQUEST' });
  });

  it('is held against again when the money is set aside: of two that were planned at one time, one is asked', async () => {
    const { first, targets } = await world(said('Hello.'));
    await using planner = await Planner.open({ targets: [targets[0]!], budgets: [{ id: 'team', limitUsd: 0.0002, period: 'total' }] });
    const [one, two] = await Promise.allSettled([1, 2].map(() => planner.complete(hello, { budgetId: 'team' })));
    expect(one).toMatchObject({ status: 'fulfilled' });
    expect(two).toMatchObject({
      status: 'rejected',
      reason: { code: 'DF_BUDGET_EXHAUSTED', details: { attempts: [{ outcome: 'skipped' }] } },
    });
    expect(first.requests).toHaveLength(1);
    expect(planner.committedUsd('team')).toBe(0.00003);
  });

  it('of a day begins anew on the next one', async () => {
    const { targets } = await world(said('Hello.'));
    let now = Date.UTC(2026, 10, 26, 23, 59);
    const clock = { now: () => now, after: (ms: number, callback: () => void) => { const it = setTimeout(callback, ms); return () => clearTimeout(it); } }; // prettier-ignore
    await using planner = await Planner.open({ targets, clock, budgets: [{ id: 'team', limitUsd: 0.01, period: 'day' }] });
    await planner.complete(hello, { budgetId: 'team' });
    expect(planner.committedUsd('team')).toBe(0.00003);
    now += 120_000;
    expect(planner.committedUsd('team')).toBe(0);
  });
});

describe('the ceiling of cost', () => {
  it('is that of the whole request: what a failed attempt was charged is not there for the next one', async () => {
    const { second, targets } = await world(silence, said('Hello.'), { prices: { input: 1.05, output: 1.05 } });
    await using planner = await Planner.open({ targets, timeout: '100ms' });
    // Enough for either of them, not for the worst case of both.
    const error = await failure<Coded>(planner.complete(hello, { maxCostUsd: 0.0002 }));
    expect(error.code).toBe('DF_BUDGET_EXHAUSTED');
    expect(planner.trace(error.details.requestId).escalation.map(({ outcome }) => outcome)).toEqual(['transport_error', 'skipped']);
    expect(second.requests).toEqual([]);
  });

  it('bounds the answer of a request that says nothing of its length', async () => {
    const { first, targets } = await world(said('Hello.'));
    await using planner = await Planner.open({ targets });
    const { max_tokens: _, ...endless } = hello;
    await planner.complete(endless, { maxCostUsd: 1 });
    await planner.complete(endless);
    expect(first.requests.map(({ body }) => body['max_tokens'])).toEqual([1000, undefined]);
  });
});

describe('the ceiling of latency', () => {
  it('leaves the next step the time that it needs', async () => {
    const { targets } = await world(silence, said('Hello.'));
    await using planner = await Planner.open({ targets });
    const started = Date.now();
    const { trace } = await planner.complete(hello, { maxLatencyMs: 500 });
    expect(trace.escalation.map(({ outcome }) => outcome)).toEqual(['latency_breach', 'no_check_completed']);
    expect(Date.now() - started).toBeLessThan(500);
  });

  it('is kept where nobody answers', async () => {
    const { targets } = await world(silence);
    await using planner = await Planner.open({ targets });
    const error = await failure<Coded>(planner.complete(hello, { maxLatencyMs: 400 }));
    expect(error.code).toBe('DF_PLAN_LATENCY');
    expect(planner.trace(error.details.requestId).totals.durationMs).toBeLessThan(600);
  });
});

describe('a caller who goes away', () => {
  it('takes the call of the target along', async () => {
    const held = gate(said('Hello.'));
    const { second, targets } = await world(held.reply);
    await using planner = await Planner.open({ targets });
    const controller = new AbortController();
    const answer = failure<Coded>(planner.complete(hello, {}, { signal: controller.signal, requestId: 'r-1' }));
    const request = await held.reached;
    controller.abort();
    await request.hungUp;
    expect((await answer).code).toBe('DF_PLAN_ABANDONED');
    expect(planner.trace('r-1')).toMatchObject({ state: 'abandoned', escalation: [{ outcome: 'abandoned', costUsd: undefined }] });
    expect(planner.trace('r-1').totals.chargedUsd).toBeGreaterThan(0.0001);
    expect(second.requests).toEqual([]);
    held.open();
  });

  it('before anybody was asked costs nothing', async () => {
    const { first, targets } = await world(silence);
    await using planner = await Planner.open({ targets });
    const error = await failure<Coded>(planner.complete(hello, {}, { signal: AbortSignal.abort() }));
    expect(error.code).toBe('DF_PLAN_ABANDONED');
    expect(first.requests).toEqual([]);
  });
});

describe('a shadow', () => {
  it('is asked after the answer, in a run of its own; it is charged, on record, and never in the reply', async () => {
    const held = gate(said('From the shadow.'));
    const { targets } = await world(said('Hello.'), held.reply);
    await using planner = await Planner.open({ targets, budgets: [{ id: 'team', limitUsd: 1, period: 'total' }] });
    const { completion, requestId } = await planner.complete(hello, { shadow: true, budgetId: 'team' });
    expect(completion.choices[0]!.message.content).toBe('Hello.');
    // The answer is there while the shadow still works.
    await held.reached;
    expect(planner.trace(requestId)).toMatchObject({ state: 'answered', shadow: undefined });
    held.open();
    await eventually(() => planner.trace(requestId).shadow !== undefined);
    expect(planner.trace(requestId)).toMatchObject({
      shadow: { target: 'the large model', outcome: 'no_check_completed', costUsd: 0.0003 },
      totals: { attempts: 1 },
    });
    await eventually(() => planner.committedUsd('team') === 0.00033);
    const { candidates } = planner.plan(hello);
    expect(candidates.find(({ targetId }) => targetId === 'large')).toBeDefined();
  });
});

describe('an idempotency key', () => {
  it('gives the recorded answer to who asks again: nothing is asked or paid twice, here or in another process', async () => {
    const file = `${tempFolder()}/planner.db`;
    const { first, targets } = await world(said('Hello.'));
    const once = { idempotencyKey: 'k-1' };
    const planner = await Planner.open({ targets, file });
    const answers = await Promise.all([planner.complete(hello, {}, once), planner.complete(hello, {}, once)]);
    await planner.close();
    await using later = await Planner.open({ targets, file });
    answers.push(await later.complete(hello, {}, once));
    expect(new Set(answers.map(({ requestId }) => requestId)).size).toBe(1);
    expect(answers.map(({ completion }) => completion)).toEqual([answers[0]!.completion, answers[0]!.completion, answers[0]!.completion]);
    expect(first.requests).toHaveLength(1);
    const other = { ...hello, messages: [{ role: 'user', content: 'Say good bye.' }] };
    await expect(later.complete(other, {}, once)).rejects.toMatchObject({ code: 'DF_PLAN_KEY_REUSED' });
    await expect(later.complete(hello, { maxCostUsd: 1 }, once)).rejects.toMatchObject({ code: 'DF_PLAN_KEY_REUSED' });
    await expect(later.stream(hello, {}, once)).rejects.toMatchObject({ code: 'DF_PLAN_KEY_REUSED' });
  });

  it('gives a streamed answer piece by piece again', async () => {
    const { delta, stream, done } = openAiWire;
    const words = [delta({ content: 'Hel' }), delta({ content: 'lo.' }), delta({}, 'stop')];
    const { first, targets } = await world(stream([...words, openAiWire.usage(usage), done]));
    await using planner = await Planner.open({ targets });
    for (let n = 0; n < 2; n++) {
      const pieces: unknown[] = [];
      for await (const chunk of (await planner.stream(hello, {}, { idempotencyKey: 'k-1' })).chunks) pieces.push(chunk);
      expect(pieces).toEqual(words);
    }
    expect(first.requests).toHaveLength(1);
  });

  it('asks again for a request that had no answer, and not for one that was refused', async () => {
    const { first, targets } = await world(openAiWire.error(500, { message: 'oops' }), openAiWire.error(500, { message: 'oops' }));
    await using planner = await Planner.open({ targets });
    const once = { idempotencyKey: 'k-1' };
    expect((await failure<Coded>(planner.complete(hello, {}, once))).code).toBe('DF_PLAN_FAILED');
    first.reply(said('Hello.'));
    expect((await planner.complete(hello, {}, once)).completion.choices[0]!.message.content).toBe('Hello.');
    first.reply(openAiWire.error(400, { message: 'bad' }));
    for (let n = 0; n < 2; n++)
      expect(await failure(planner.complete(hello, {}, { idempotencyKey: 'k-2' }))).toMatchObject({
        code: 'DF_PLAN_REJECTED',
        details: { status: 400, error: { message: 'bad' } },
      });
    expect(first.requests).toHaveLength(3);
  });
});

describe('what is kept of a request', () => {
  it('is its trace, whatever became of it; of an unknown one there is none', async () => {
    const held = gate(said('Hello.'));
    const { targets } = await world(held.reply);
    await using planner = await Planner.open({ targets });
    const answer = planner.complete(hello, {}, { requestId: 'r-1' });
    await held.reached;
    expect(planner.trace('r-1')).toMatchObject({ state: 'running', escalation: [] });
    held.open();
    await answer;
    expect(planner.trace('r-1')).toMatchObject({ state: 'answered' });
    const infeasible = await failure<Coded>(planner.complete(hello, { region: 'moon' }, { requestId: 'r-2' }));
    expect(infeasible).toMatchObject({ code: 'DF_PLAN_INFEASIBLE', details: { requestId: 'r-2', infeasible: { constraint: 'region' } } });
    expect(planner.trace('r-2')).toMatchObject({ state: 'infeasible', totals: { attempts: 0, chargedUsd: 0 } });
    expect(() => planner.trace('r-3')).toThrow(expect.objectContaining({ code: 'DF_PLAN_UNKNOWN' }));
  });

  it('is neither prompt nor answer', async () => {
    const file = `${tempFolder()}/planner.db`;
    const { targets } = await world(said('The secret answer.'), silence);
    const secret = { ...hello, messages: [{ role: 'user', content: 'The secret question.' }] };
    const planner = await Planner.open({ targets, file });
    await planner.complete(secret);
    await failure(planner.complete(secret, { region: 'moon' }));
    await planner.close();
    const db = new Database(file, { readonly: true });
    const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all() as string[];
    const all = JSON.stringify(tables.map((table) => db.prepare(`SELECT * FROM "${table}"`).all()));
    db.close();
    expect(all).toContain('no_check_completed');
    expect(all).not.toContain('secret');
  });

  it('is its prompt as long as its answer, if that is wanted, and both no longer than they are to be kept', async () => {
    const file = `${tempFolder()}/planner.db`;
    const { first, targets } = await world(said('Hello.'), openAiWire.error(500, { message: 'oops' }));
    const rows = () => {
      const db = new Database(file, { readonly: true });
      const found = db
        .prepare('SELECT request IS NOT NULL AS prompt, answer IS NOT NULL AS answer FROM planner_requests ORDER BY rowid')
        .all();
      db.close();
      return found;
    };
    const keeping = await Planner.open({ targets, file, keepPrompts: true });
    await keeping.complete(hello);
    await keeping.complete(hello, {}, { idempotencyKey: 'k-1' });
    first.reply(openAiWire.error(500, { message: 'oops' }));
    await failure(keeping.complete(hello));
    await keeping.close();
    expect(rows()).toEqual([{ prompt: 1, answer: 0 }, { prompt: 1, answer: 1 }, { prompt: 1, answer: 0 }]); // prettier-ignore
    // What is left to do when a planner is opened.
    await (await Planner.open({ targets, file })).close();
    expect(rows()).toEqual([{ prompt: 1, answer: 0 }, { prompt: 1, answer: 1 }]); // prettier-ignore
    await (await Planner.open({ targets, file, keepAnswers: '0s' })).close();
    expect(rows()).toEqual([]);
  });

  it('has a name of its own where the one that its caller gave is taken', async () => {
    const { targets } = await world(said('Hello.'));
    await using planner = await Planner.open({ targets });
    const ids = await Promise.all([1, 2].map(async () => (await planner.complete(hello, {}, { requestId: 'r-1' })).requestId));
    expect(ids).toEqual(['r-1', expect.stringMatching(/^r-1\.\w{8}$/)]);
    await expect(planner.complete(hello, {}, { requestId: 'a b' })).rejects.toMatchObject({ code: 'DF_PLAN_REQUEST' });
  });
});

describe('a model that is named', () => {
  it('is asked, and nobody else', async () => {
    const { first, targets } = await world(openAiWire.error(500, { message: 'oops' }), said('Hello.'));
    await using planner = await Planner.open({ targets });
    expect((await planner.complete({ ...hello, model: 'large' })).targetId).toBe('large');
    expect((await planner.complete({ ...hello, model: 'large-1' })).targetId).toBe('large');
    expect(first.requests).toEqual([]);
    expect((await failure<Coded>(planner.complete({ ...hello, model: 'small' }))).code).toBe('DF_PLAN_FAILED');
    await expect(planner.complete({ ...hello, model: 'gpt-9' })).rejects.toMatchObject({
      code: 'DF_PLAN_MODEL_UNKNOWN',
      details: { models: ['auto', 'small', 'large'] },
    });
  });
});

describe('a planner as a model client', () => {
  it('answers agents, and says what all attempts cost together', async () => {
    const call = { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } };
    const { targets } = await world(said('no'), openAiWire.completion({ message: { content: null, tool_calls: [call] }, finishReason: 'tool_calls', usage })); // prettier-ignore
    await using planner = await Planner.open({
      targets,
      checks: { tools: ({ completion }) => 'tool_calls' in completion.choices[0]!.message },
    });
    const client = planner.client({ check: { type: 'function', name: 'tools' } });
    const answer = await client.complete({ messages: [{ role: 'user', content: 'Weather?' }], maxTokens: 50 });
    expect(answer).toMatchObject({ provider: 'planner', toolCalls: [{ name: 'weather', input: { city: 'Oslo' } }], costUsd: 0.00033 });
  });

  it('streams', async () => {
    const { delta, stream, done } = openAiWire;
    const { targets } = await world(
      stream([delta({ content: 'Hel' }), delta({ content: 'lo.' }), delta({}, 'stop'), openAiWire.usage(usage), done]),
    );
    await using planner = await Planner.open({ targets });
    const pieces: unknown[] = [];
    for await (const it of planner.client().stream({ messages: [{ role: 'user', content: 'Hi' }], maxTokens: 50 })) pieces.push(it);
    expect(pieces).toMatchObject([
      { type: 'text', text: 'Hel' },
      { type: 'text', text: 'lo.' },
      { type: 'response', response: { text: 'Hello.', costUsd: 0.00003, usage: { outputTokens: 20 } } },
    ]);
  });
});
