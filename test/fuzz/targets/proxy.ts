import { Planner, type PlannerTarget } from 'durableflow/planner';
import { startProxy } from '../../../sdk/planner/proxy/start-proxy.js';
import type { FuzzTarget } from '../fuzz-target.js';
import { AnswerServer } from './answer-server.js';
import { httpInput } from './http-input.js';
import { openAiSeeds } from './models.js';

const post = (body: object, headers = '') =>
  `POST /v1/chat/completions\ncontent-type: application/json\n${headers}\n${JSON.stringify(body)}`;
const messages = [{ role: 'user', content: 'Hi' }];

/** What clients send to the proxy, before a real planner: nothing of it may be a fault of ours. */
export const proxy: FuzzTarget = {
  seeds: () => [
    post({ model: 'auto', messages, max_tokens: 10 }),
    post({ model: 'auto', messages, stream: true, stream_options: { include_usage: true } }, 'x-max-cost: 0.01\nx-privacy: any\n'),
    post({ model: 'auto', messages, tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }], planner: { max_cost: 1, check: { type: 'json_schema', schema: { type: 'object' } } } }),
    post({ model: 'auto', messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }, { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }] }], response_format: { type: 'json_schema', json_schema: { schema: {} } }, n: 2, max_completion_tokens: 5 }, 'idempotency-key: k\n'),
    'GET /v1/models\n', 'GET /v1/plans/r-1\naccept: text/html\n', 'GET /healthz\n',
  ],
  words: ['/v1/plans/', 'x-request-id: a\n', 'x-objective: cheapest\n', 'x-budget-id: team\n', '"planner":{"check":{"type":"regex","pattern":"("}}', '"tools":[null]', '"content":[null]', '"max_tokens":-1', '"response_format":null', '"n":1e9', '"messages":[{"role":"user"}]', '%2e%2e', '"stop":{}'],
  async open() {
    const server = await AnswerServer.open();
    const target = { id: 'a', name: 'a', tier: 'economy', model: 'm', api: 'openai', privacy: 'local', capabilities: ['streaming', 'tools', 'json_schema', 'vision'], contextWindow: 8000, maxOutputTokens: 1000, prices: { input: 1, output: 1 }, baseUrl: `${server.url}/v1`, latencyPrior: { p50Ms: 50, p95Ms: 200 } } as unknown as PlannerTarget;
    const planner = await Planner.open({ targets: [target], budgets: [{ id: 'team', limitUsd: 5, period: 'day' }] });
    let fault: unknown;
    const { url } = await startProxy(planner, { onRequest: (served) => (fault = served.fault ?? fault) });
    return async (input) => {
      const { method, path, headers, body } = httpInput(input);
      const streams = /"stream":\s*true/.test(body ?? '');
      server.answer = streams ? { body: openAiSeeds[0]!, type: 'text/event-stream' } : { body: openAiSeeds[1]!, type: 'application/json' };
      fault = undefined;
      const response = await fetch(url + path, { method, headers: withoutConnection(headers), ...(body !== undefined && { body }) }).catch(() => undefined);
      const text = await response?.text().catch(() => '');
      if (fault !== undefined) throw fault;
      if (response?.status === 500) throw new Error(`the proxy answered 500: ${text}`);
      return text;
    };
  },
}; // prettier-ignore

/** Those that `fetch` sees to itself. */
export function withoutConnection(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of ['connection', 'content-length', 'transfer-encoding', 'upgrade', 'keep-alive', 'expect', 'host']) kept.delete(name);
  return kept;
}
