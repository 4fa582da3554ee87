import { Planner, type PlannerTarget } from 'durableflow/planner';
import { traceHtml } from '../../../sdk/planner/trace/trace-html.js';
import type { FuzzTarget } from '../fuzz-target.js';
import { AnswerServer } from './answer-server.js';
import { anthropicSeeds, openAiSeeds } from './models.js';

/** What a target answers, as the planner passes it on: the caller gets an answer or a coded error, and a trace that can be shown. */
export const upstreams: FuzzTarget = {
  seeds: () => [...openAiSeeds, ...anthropicSeeds],
  words: ['data: ', 'event: ', '\n\n', '[DONE]', '"choices":[null]', '"choices":[{}]', '"index":"__proto__"', '"message":null', '"usage":{"prompt_tokens":-1}', '"finish_reason":7'],
  async open() {
    const server = await AnswerServer.open();
    const targetOf = (api: 'openai' | 'anthropic'): PlannerTarget => ({
      id: api, name: api, tier: 'economy', model: api, api, privacy: 'local', region: undefined, capabilities: ['streaming', 'tools'], contextWindow: 8000, maxOutputTokens: 1000,
      prices: { input: 1, output: 1 }, apiKeyEnv: undefined, baseUrl: api === 'openai' ? `${server.url}/v1` : server.url, latencyPrior: { p50Ms: 50, p95Ms: 200 },
    } as unknown as PlannerTarget);
    const planners = { openai: await Planner.open({ targets: [targetOf('openai')] }), anthropic: await Planner.open({ targets: [targetOf('anthropic')] }) };
    let asked = 0;
    return async (input) => {
      const planner = planners[++asked % 2 === 0 ? 'openai' : 'anthropic'];
      server.next = input;
      const request = { model: 'auto', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 10 };
      const requestId = `r-${asked}`;
      const answer: unknown[] = [];
      let failure: unknown;
      try {
        if (server.answer.type === 'application/json') answer.push((await planner.complete(request, {}, { requestId })).completion);
        else for await (const chunk of (await planner.stream({ ...request, stream: true }, {}, { requestId })).chunks) answer.push(chunk);
      } catch (error) {
        failure = error;
      }
      const trace = planner.trace(requestId);
      if (failure !== undefined) throw failure;
      return [answer, trace, traceHtml(trace)];
    };
  },
}; // prettier-ignore
