import type { ServerResponse } from 'node:http';
import type { PlannerTarget } from 'durableflow/planner';
import type { StubReply, StubRequest, StubServer } from '../../models/fixtures/stub-server.js';
import { target } from '../planning/planner-world.js';

/** A target at a stub server: a token costs a micro-dollar, in and out, if nothing else is said. */
export function stubTarget(id: string, server: Pick<StubServer, 'url'>, more: Partial<PlannerTarget> = {}): PlannerTarget {
  return target(id, {
    name: `the ${id} model`,
    model: `${id}-1`,
    region: 'eu',
    prices: { input: 1, output: 1 },
    baseUrl: `${server.url}/v1`,
    latencyPrior: { p50Ms: 50, p95Ms: 200 },
    ...more,
  });
}

/** The request of most tests. */
export const hello = { model: 'auto', messages: [{ role: 'user', content: 'Say hello.' }], max_tokens: 100 } as const;

/** Holds requests back until it is let go, and tells when the first one is there. */
export function gate(then: StubReply): { readonly reply: StubReply; readonly reached: Promise<StubRequest>; readonly open: () => void } {
  let reach!: (request: StubRequest) => void;
  let open!: () => void;
  const reached = new Promise<StubRequest>((resolve) => (reach = resolve));
  const opened = new Promise<void>((resolve) => (open = resolve));
  const reply = async (response: ServerResponse, request: StubRequest) => {
    reach(request);
    await opened;
    await then(response, request);
  };
  return { reply, reached, open };
}
