import {
  attemptsOf,
  ModelError,
  routeModels,
  scriptedModel,
  type ModelAttempt,
  type ModelClient,
  type ModelRequest,
  type RouterOptions,
  type ScriptedReply,
} from 'durableflow';
import { describe, expect, it } from 'vitest';
import { collect, failure } from './fixtures/collect.js';
import { ManualClock } from '../fixtures/manual-clock.js';

const ask: ModelRequest = { messages: [{ role: 'user', content: 'Hi' }], maxTokens: 100 };
const overloaded = () => new ModelError('overloaded', 'too much to do');

/** A router over scripted targets `a`, `b`, …, on a clock of its own. */
function routed(
  scripts: readonly (readonly ScriptedReply[])[],
  options: Partial<RouterOptions> = {},
  target: Partial<RouterOptions['targets'][number]> = {},
) {
  const clock = new ManualClock(1_000_000);
  const models = scripts.map((script) => scriptedModel(script, { clock }));
  const seen: ModelAttempt[] = [];
  const router = routeModels({
    targets: models.map((client, index) => ({ name: 'ab'[index]!, client, retry: { maxAttempts: 1 }, ...target })),
    clock,
    random: () => 0.5,
    onAttempt: (attempt) => seen.push(attempt),
    ...options,
  });
  const outcomes = () => seen.map(({ target, attempt, outcome }) => `${target}${attempt} ${outcome}`);
  return { clock, models, router, seen, outcomes, complete: (call = {}) => clock.run(router.complete(ask, call)) };
}

describe('routeModels', () => {
  it('asks the first target, and reports the attempt with its cost', async () => {
    const { complete, models, seen } = routed([[{ text: 'Hello.', usage: { inputTokens: 1000, outputTokens: 100 } }], []], {
      prices: { scripted: { input: 1, output: 10 } },
    });
    const answer = await complete();
    expect(answer).toMatchObject({ text: 'Hello.', costUsd: 0.002 });
    expect(answer.attempts).toEqual(seen);
    expect(seen).toEqual([
      {
        target: 'a', provider: 'scripted', model: 'scripted', attempt: 1, outcome: 'answered', error: undefined, startedAt: 1_000_000,
        durationMs: 0, usage: answer.usage, costUsd: 0.002, chargedUsd: undefined,
      },
    ]); // prettier-ignore
    for (const model of models) model.assertUsedUp();
  });

  it('tries again after a transient failure, waits with full jitter, and then falls back', async () => {
    const { complete, clock, outcomes, seen } = routed(
      [[overloaded(), overloaded(), overloaded()], ['Hello.']],
      {},
      { retry: { maxAttempts: 3, initialDelay: 100 } },
    );
    expect((await complete()).text).toBe('Hello.');
    expect(outcomes()).toEqual(['a1 overloaded', 'a2 overloaded', 'a3 overloaded', 'b1 answered']);
    // Half of 100 ms, half of 200 ms, and no wait before another target.
    expect(clock.now() - seen[0]!.startedAt).toBe(150);
    expect(seen.map(({ costUsd }) => costUsd)).toEqual([0, 0, 0, 0]);
  });

  it('waits for as long as the provider asks, unless that is longer than maxDelay', async () => {
    const limited = (retryAfterMs: number) => new ModelError('rate_limited', 'slow down', { retryAfterMs });
    const patient = routed([[limited(3000), 'Hello.'], []], {}, { retry: { maxAttempts: 2, maxDelay: '5s' } });
    await patient.complete();
    expect(patient.outcomes()).toEqual(['a1 rate_limited', 'a2 answered']);
    expect(patient.clock.now()).toBe(1_003_000);
    const hurried = routed([[limited(60_000), 'Hello.'], ['Hi.']], {}, { retry: { maxAttempts: 2, maxDelay: '5s' } });
    expect((await hurried.complete()).text).toBe('Hi.');
    expect(hurried.clock.now()).toBe(1_000_000);
    const alone = routed([[limited(60_000), 'Hello.']], {}, { retry: { maxAttempts: 2, maxDelay: '5s' } });
    expect(await failure(alone.complete())).toMatchObject({ kind: 'rate_limited', retryAfterMs: 60_000 });
  });

  it.each([
    ['a spent account', new ModelError('rate_limited', 'no money', { spendCap: true })],
    ['a prompt that is too long', new ModelError('context_length', 'too long')],
  ])('asks another target, but not the same one again, after %s', async (_, error) => {
    const { complete, outcomes } = routed([[error, 'Hello.'], ['Hi.']], {}, { retry: { maxAttempts: 3 } });
    expect((await complete()).text).toBe('Hi.');
    expect(outcomes()).toEqual([`a1 ${error.kind}`, 'b1 answered']);
  });

  it.each(['invalid_request', 'authentication'] as const)('does not hide %s behind another target', async (kind) => {
    const { complete, outcomes } = routed([[new ModelError(kind, 'no')], ['Hi.']], {}, { retry: { maxAttempts: 3 } });
    expect(await failure(complete())).toMatchObject({ kind });
    expect(outcomes()).toEqual([`a1 ${kind}`]);
    const eager = routed([[new ModelError(kind, 'no')], ['Hi.']], { fallbackOn: () => true });
    expect((await eager.complete()).text).toBe('Hi.');
  });

  it('throws the error of the last attempt, with all attempts', async () => {
    const { complete, seen } = routed([[new ModelError('server', 'a failed')], [new ModelError('malformed', 'b failed', { status: 200 })]]);
    const error = await failure<ModelError>(complete());
    expect(error).toMatchObject({ kind: 'malformed', status: 200 });
    expect(error.message).toBe(`2 attempts failed (a: server, b: malformed); the last one: b failed. ${error.fix}`);
    expect(attemptsOf(error)).toEqual(seen);
    expect(seen.map(({ costUsd }) => costUsd)).toEqual([0, undefined]);
  });

  it('leaves an error alone that no provider has thrown', async () => {
    const { complete, outcomes } = routed([[new TypeError('a bug')], ['Hi.']]);
    expect(await failure(complete())).toBeInstanceOf(TypeError);
    expect(outcomes()).toEqual(['a1 error']);
  });

  it('gives a target no longer than its timeout, even if it heeds no signal', async () => {
    const deaf: ModelClient = {
      provider: 'deaf',
      model: 'deaf',
      complete: () => new Promise(() => {}),
      // oxlint-disable-next-line require-yield
      async *stream() {
        await new Promise(() => {});
      },
    };
    const { clock } = routed([[]]);
    const hearing = scriptedModel(
      [
        { text: 'Hello.', delay: '4s' },
        { text: 'Hello.', delay: '4s' },
      ],
      { clock },
    );
    const router = routeModels({
      targets: [
        { client: deaf, timeout: '5s', retry: { maxAttempts: 1 } },
        { client: hearing, timeout: '5s' },
      ],
      clock,
    });
    const answer = await clock.run(router.complete(ask));
    expect(answer.attempts).toMatchObject([
      { outcome: 'timeout', durationMs: 5000, costUsd: undefined },
      { outcome: 'answered', durationMs: 4000 },
    ]);
    expect((await clock.run(collect(router.stream(ask)))).response.attempts).toMatchObject([
      { outcome: 'timeout' },
      { outcome: 'answered' },
    ]);
    expect(clock.pending).toBe(0);
  });

  it('stops at once when its caller gives up, in an attempt and between attempts', async () => {
    const caller = new AbortController();
    const inAttempt = routed([[{ text: 'Hello.', delay: '1h' }], ['Hi.']]);
    const first = failure<ModelError>(inAttempt.router.complete(ask, { signal: caller.signal }));
    caller.abort(new Error('enough'));
    expect(await first).toMatchObject({ kind: 'aborted', cause: { kind: 'aborted' } });
    expect(inAttempt.outcomes()).toEqual(['a1 aborted']);
    expect(inAttempt.clock.pending).toBe(0);

    const between = new AbortController();
    const waiting = routed([[overloaded(), 'Hello.']], {}, { retry: { maxAttempts: 2, initialDelay: '5s' } });
    const second = failure<ModelError>(waiting.router.complete(ask, { signal: between.signal }));
    while (waiting.clock.pending === 0) await new Promise(setImmediate);
    between.abort();
    expect((await second).kind).toBe('aborted');
    expect(waiting.outcomes()).toEqual(['a1 overloaded']);
    expect(waiting.clock.pending).toBe(0);
    expect(await failure(waiting.router.complete(ask, { signal: between.signal }))).toMatchObject({ kind: 'aborted' });
    expect(waiting.models[0]!.requests).toHaveLength(1);
  });

  it('is not harmed by whoever looks on', async () => {
    const { complete } = routed([['Hello.']], {
      onAttempt: () => {
        throw new Error('the observer is broken');
      },
    });
    expect((await complete()).text).toBe('Hello.');
  });

  it('refuses what makes no sense', () => {
    expect(() => routeModels({ targets: [] })).toThrow(/at least one target/);
    expect(() => routed([[]], {}, { retry: { maxAttempts: 0 } })).toThrow(/maxAttempts of target "a"/);
    expect(() => routed([[]], { budget: { day: -1 } })).toThrow(/the budget of a day/);
  });
});

describe('the circuit breaker', () => {
  const down = (times: number) => Array.from({ length: times }, overloaded);

  it('leaves a target alone after failures in a row, and lets one call at a time try', async () => {
    const { complete, clock, models, outcomes, seen } = routed(
      [[...down(2), { error: overloaded(), delay: 10 }, { text: 'Back.', delay: 10 }, 'Still here.'], () => 'From b.'].map((it) =>
        Array.isArray(it) ? it : Array.from({ length: 9 }, () => it),
      ),
      { breaker: { failures: 2, pause: '30s' } },
    );
    await complete();
    await complete();
    await complete();
    expect(outcomes()).toEqual(['a1 overloaded', 'b1 answered', 'a1 overloaded', 'b1 answered', 'b1 answered']);
    clock.advance(30_000);
    seen.length = 0;
    // Two calls at once: one of them tries, and fails; a full pause follows.
    await Promise.all([complete(), complete()]);
    expect(outcomes().sort()).toEqual(['a1 overloaded', 'b1 answered', 'b1 answered']);
    clock.advance(29_000);
    await complete();
    expect(models[0]!.requests).toHaveLength(3);
    clock.advance(1000);
    expect((await complete()).text).toBe('Back.');
    expect((await complete()).text).toBe('Still here.');
  });

  it("does not count what is not the target's fault", async () => {
    const mistakes = Array.from({ length: 6 }, () => new ModelError('context_length', 'too long'));
    const { complete, outcomes } = routed([[...mistakes, 'Hello.']], { breaker: { failures: 1 } });
    for (const _ of mistakes) await failure(complete());
    expect((await complete()).text).toBe('Hello.');
    expect(outcomes()).not.toContain('a1 circuit_open');
  });

  it('sends nothing when all targets are left alone, and says when to come back', async () => {
    const { complete, clock, models } = routed([down(1), down(1)], { breaker: { failures: 1, pause: '30s' } });
    await failure(complete());
    clock.advance(10_000);
    expect(await failure(complete())).toMatchObject({ kind: 'circuit_open', retryAfterMs: 20_000, verifiable: true });
    for (const model of models) expect(model.requests).toHaveLength(1);
  });

  it('can be switched off', async () => {
    const { complete, models } = routed([down(9)], { breaker: false });
    for (let call = 0; call < 9; call++) await failure(complete());
    models[0]!.assertUsedUp();
  });
});

describe('a streamed route', () => {
  it('falls back until the first piece has come', async () => {
    const { router, clock, outcomes } = routed([[overloaded()], [{ chunks: ['Hel', 'lo.'] }]]);
    const { pieces, response } = await clock.run(collect(router.stream(ask)));
    expect(pieces).toEqual(['Hel', 'lo.']);
    expect(response.attempts?.map(({ outcome }) => outcome)).toEqual(['overloaded', 'answered']);
    expect(outcomes()).toEqual(['a1 overloaded', 'b1 answered']);
  });

  it('does not after it', async () => {
    const broken = new ModelError('stream_broken', 'cut');
    const { router, clock, outcomes, models } = routed([[{ chunks: ['Hel'], error: broken }], ['Hi.']], {}, { retry: { maxAttempts: 3 } });
    const pieces: string[] = [];
    const error = await failure<ModelError>(clock.run(collect(router.stream(ask), pieces)));
    expect(pieces).toEqual(['Hel']);
    expect(error).toMatchObject({ kind: 'stream_broken', cause: broken });
    expect(attemptsOf(error)).toHaveLength(1);
    expect(outcomes()).toEqual(['a1 stream_broken']);
    expect(models[1]!.requests).toHaveLength(0);
  });

  it("counts the attempt when its reader leaves, and closes the target's stream", async () => {
    let closed = false;
    const client: ModelClient = {
      ...scriptedModel([]),
      async *stream() {
        try {
          yield { type: 'text', text: 'Hel' };
          yield { type: 'text', text: 'lo.' };
        } finally {
          closed = true;
        }
      },
    };
    const seen: ModelAttempt[] = [];
    const router = routeModels({
      targets: [{ client }],
      budget: { day: 1, countTokens: () => 10 },
      prices: { scripted: { input: 0, output: 100 } },
      onAttempt: (it) => seen.push(it),
    });
    for await (const _ of router.stream(ask)) break;
    expect(closed).toBe(true);
    // Nobody knows what was generated, so the worst case is charged.
    expect(seen).toMatchObject([{ outcome: 'aborted', costUsd: undefined, chargedUsd: 0.01 }]);
  });

  it('knows a stream that ends without an answer', async () => {
    const client: ModelClient = {
      ...scriptedModel([]),
      // oxlint-disable-next-line require-yield
      async *stream() {},
    };
    const router = routeModels({ targets: [{ client, retry: { maxAttempts: 1 } }] });
    expect(await failure(collect(router.stream(ask)))).toMatchObject({ kind: 'stream_broken' });
  });
});
