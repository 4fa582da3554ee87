import { Planner, type Constraints } from 'durableflow/planner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failure } from '../../models/fixtures/collect.js';
import { openAiWire } from '../../models/fixtures/open-ai-stub.js';
import { StubServer } from '../../models/fixtures/stub-server.js';
import { hello, stubTarget } from './stub-targets.js';

type Check = NonNullable<Constraints['check']>;

let small: StubServer;
let large: StubServer;
let planner: Planner;
/** Gives checks up at once. */
let impatient: Planner;
beforeAll(async () => {
  [small, large] = await Promise.all([StubServer.start(openAiWire.completion()), StubServer.start(openAiWire.completion())]);
  const targets = [stubTarget('small', small), stubTarget('large', large, { tier: 'frontier', prices: { input: 10, output: 10 } })];
  planner = await Planner.open({
    targets,
    // Here nobody waits for a check; a slow machine may take its time.
    checkLimit: '10s',
    checks: {
      polite: ({ text }) => (text.includes('please') ? true : 'it does not say please'),
      broken: () => {
        throw new Error('oops');
      },
    },
  });
  impatient = await Planner.open({ targets, checkLimit: '1s' });
});
afterAll(async () => {
  await Promise.all([planner.close(), impatient.close()]);
  await Promise.all([small[Symbol.asyncDispose](), large[Symbol.asyncDispose]()]);
});

/** What became of each attempt if the first target says this, and the second one that. */
async function outcomes(check: Check, first: string, second = first, asked = planner): Promise<unknown> {
  small.reply(openAiWire.completion({ message: { content: first } }));
  large.reply(openAiWire.completion({ message: { content: second } }));
  const answer = asked.complete(hello, { check }).then(
    ({ trace }) => trace,
    (error: { details: { requestId: string } }) => asked.trace(error.details.requestId),
  );
  return (await answer).escalation.map(({ outcome, detail }) => (detail === undefined ? outcome : `${outcome}: ${detail}`));
}

const person = {
  type: 'object',
  properties: { name: { type: 'string', pattern: '^[A-Z]' } },
  required: ['name'],
  not: { required: ['age'] },
};

describe('a check of the output', () => {
  it.each<{ check: Check; good: string; bad: string; why: string }>([
    { check: { type: 'json' }, good: '[1]', bad: 'Sure! [1]', why: 'the answer is no JSON' },
    { check: { type: 'regex', pattern: '^\\d+$' }, good: '42', bad: 'forty-two', why: 'the answer does not match the pattern' },
    { check: { type: 'regex', pattern: 'YES', flags: 'i' }, good: 'yes', bad: 'no', why: 'the answer does not match the pattern' },
    {
      check: { type: 'json_schema', schema: person },
      good: '{"name":"Ann"}',
      bad: '{"name":"ann"}',
      why: 'the answer does not fit the schema: /name must match pattern "^[A-Z]"',
    },
    {
      check: { type: 'json_schema', schema: person },
      good: '{"name":"Ann"}',
      bad: '{"name":"Ann","age":3}',
      why: 'the answer does not fit the schema: the answer must NOT be valid',
    },
    { check: { type: 'json_schema', schema: person }, good: '{"name":"Ann"}', bad: 'Ann', why: 'the answer is no JSON' },
    { check: { type: 'function', name: 'polite' }, good: 'please', bad: 'now', why: 'it does not say please' },
  ])('$check: $good passes, $bad is taken further', async ({ check, good, bad, why }) => {
    expect(await outcomes(check, good)).toEqual(['passed_check']);
    expect(await outcomes(check, bad, good)).toEqual([`failed_check: ${why}`, 'passed_check']);
    expect(await outcomes(check, bad)).toEqual([`failed_check: ${why}`, `failed_check: ${why}`]);
  });

  it('that would take for ever is given up, holds nobody up, and does not spend money on other targets', async () => {
    let turns = 0;
    const ticking = setInterval(() => turns++, 5);
    const endless = { type: 'regex', pattern: '^(a+)+$' } as const;
    const started = Date.now();
    const endlessText = `${'a'.repeat(40)}!`;
    const stuck = await outcomes(endless, endlessText, endlessText, impatient);
    // Of the second that the check was let go on for.
    expect(turns).toBeGreaterThan(10);
    clearInterval(ticking);
    expect(stuck).toEqual(['no_check_completed: the check took longer than 1000 ms and was given up']);
    expect(Date.now() - started).toBeLessThan(5000);
    const schema = { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } };
    const endlessJson = JSON.stringify({ a: endlessText });
    expect(await outcomes({ type: 'json_schema', schema }, endlessJson, endlessJson, impatient)).toEqual(stuck);
    // The thread that was ended is replaced.
    expect(await outcomes({ type: 'regex', pattern: '^\\d+$' }, '42', '42', impatient)).toEqual(['passed_check']);
  });

  it('that cannot be carried out says nothing about the answer', async () => {
    expect(await outcomes({ type: 'function', name: 'broken' }, 'hm')).toEqual([
      'no_check_completed: the check "broken" threw: Error: oops',
    ]);
    const [said] = (await outcomes({ type: 'json_schema', schema: { $ref: '#/$defs/missing' } }, '{}')) as string[];
    expect(said).toContain('no_check_completed: the schema cannot be used');
  });

  it.each<{ check: Check; why: RegExp }>([
    { check: { type: 'regex', pattern: '(' }, why: /no regular expression/ },
    { check: { type: 'regex', pattern: 'a'.repeat(2001) }, why: /more than 2000 characters/ },
    { check: { type: 'function', name: 'toString' }, why: /no output check "toString"; known are: polite, broken/ },
  ])('$check is refused before anybody is asked', async ({ check, why }) => {
    const before = small.requests.length;
    expect(await failure(planner.complete(hello, { check }))).toMatchObject({
      code: 'DF_PLAN_REQUEST',
      message: expect.stringMatching(why) as string,
    });
    expect(small.requests).toHaveLength(before);
  });
});

describe('an answer that fails its check', () => {
  it('is taken to the same tier or a higher one only', async () => {
    await using local = await StubServer.start(openAiWire.completion({ message: { content: '{}' } }));
    await using frontier = await StubServer.start(openAiWire.completion({ message: { content: 'no' } }));
    const targets = [
      stubTarget('local', local, { tier: 'local' }),
      stubTarget('frontier', frontier, { tier: 'frontier', prices: { input: 10, output: 10 } }),
    ];
    await using capable = await Planner.open({ targets });
    const error = await failure<{ details: { requestId: string } }>(
      capable.complete(hello, { objective: 'most_capable', check: { type: 'json' } }),
    );
    const { escalation } = capable.trace(error.details.requestId);
    expect(escalation.map(({ outcome }) => outcome)).toEqual(['failed_check', 'skipped']);
    expect(local.requests).toEqual([]);
  });
});
