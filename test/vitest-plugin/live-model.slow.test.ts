import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TrialProject } from './trial-project.js';

interface Asked {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly model: string };
}

/** What a provider would be, on loopback: it knows one key, and says yes. */
const asked: Asked[] = [];
const provider = createServer((request, response) => {
  void json(request).then((body) => {
    asked.push({ path: request.url, headers: request.headers, body: body as Asked['body'] });
    const isKnown = request.headers.authorization === 'Bearer sk-live';
    response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
    const message = { role: 'assistant', content: 'book' };
    const usage = { prompt_tokens: 20, completion_tokens: 2, total_tokens: 22 };
    const answer = { id: 'c-1', object: 'chat.completion', created: 1, model: 'stub-1', choices: [{ index: 0, finish_reason: 'stop', message }], usage };
    response.end(JSON.stringify(isKnown ? answer : { error: { message: 'Incorrect API key provided', type: 'invalid_request_error', code: 'invalid_api_key' } }));
  });
}); // prettier-ignore

let baseURL: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  baseURL = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`;
});
afterAll(() => void provider.close());
beforeEach(() => void asked.splice(0));

/** A suite whose agent asks the model whether to book. */
const suite = (client: string, options: string) => `
import { effectKey, openAiCompatible, sideEffect, step, workflow, type ModelClient } from 'durableflow';
import { describe } from 'durableflow/vitest';

class Hotel {
  async book(name: string, _options: { idempotencyKey: string }) {
    return { name };
  }
}

@workflow({ name: 'asking' })
class Asking {
  constructor(readonly deps: { models: ModelClient; hotel: Hotel }) {}

  async run(name: string) {
    return (await this.decide(name)) === 'book' ? this.book(name) : undefined;
  }

  @step()
  async decide(name: string) {
    return (await this.deps.models.complete({ messages: [{ role: 'user', content: name + '?' }], maxTokens: 10 })).text;
  }

  @sideEffect({ idempotencyKey: (name) => name, onInDoubt: 'retry' })
  async book(name: string) {
    return this.deps.hotel.book(name, { idempotencyKey: effectKey() });
  }
}

const prices = { 'stub-1': { input: 100, output: 1000 } };
describe.readiness(Asking, {
  input: 'ann',
  agent: ({ models, tool }) => new Asking({ models, hotel: tool(new Hotel()) }),
  live: openAiCompatible({ model: 'stub-1', ${client} }),
  ${options}
  allowedEffects: ['book'],
  modes: ['fault_free', 'retry_storm'],
  deadline: '20s',
});
`;

async function run(client: string, options = 'liveLimits: { usd: 1, prices },', env: Record<string, string> = {}) {
  using project = new TrialProject();
  project.write('asking.test.ts', suite(client, options));
  const { report, exit, out } = await project.run([], { OPENAI_API_KEY: '', ...env });
  const [found] = report!.suites;
  return { state: report!.state, exit, out, modes: found!.modes, isLive: found!.judgedBy.live };
}

describe('a live model', () => {
  it('is asked by its own client, from the process of the test, and its answers are samples', async () => {
    const { modes, isLive, out } = await run(`apiKey: 'sk-live', baseURL: '${baseURL}'`);
    expect(
      modes[0]!.variants.flatMap(({ trials }) => trials.map(({ outcome }) => outcome)),
      out,
    ).toEqual(['passed', 'passed']);
    expect(isLive).toBe(true);
    expect(asked.length).toBeGreaterThanOrEqual(2);
    expect(new Set(asked.map(({ path, body }) => `${path} ${body.model}`))).toEqual(new Set(['/v1/chat/completions stub-1']));
    expect(modes[0]!.notes.join()).toMatch(/^the live model has been asked 2 times so far, for \$0\.0080 of \$1$/);
  });

  it('is not asked beyond its limit, and what was seen then is no evidence', async () => {
    // A question costs 0.004 dollars, and more than 0.01 at the worst.
    const { modes, state, exit } = await run(`apiKey: 'sk-live', baseURL: '${baseURL}'`, 'liveLimits: { usd: 0.012, prices },');
    const broken = modes.filter(({ status }) => status === 'harness_error');
    expect(broken.map(({ id }) => id)).toEqual(['fault_free', 'retry_storm']);
    expect(broken[0]!.reason).toContain("the suite's limit of $0.012 for its live model is used up (liveLimits.usd)");
    expect(asked).toHaveLength(1);
    expect([state, exit]).toEqual(['harness_error', 1]);
  });

  it('without a key is told of, with what to do', async () => {
    const { modes, state } = await run(`baseURL: '${baseURL}'`);
    expect(modes[0]!.reason).toContain('the live model did not answer: openai: Missing credentials');
    expect(modes[0]!.reason).toContain('Set the key of its provider (ANTHROPIC_API_KEY, OPENAI_API_KEY)');
    expect(state).toBe('harness_error');
    expect(asked).toEqual([]);
  });
});
