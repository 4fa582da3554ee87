import OpenAI from 'openai';
import { Planner } from '../../../sdk/planner/index.js';
import type { PlannerTarget } from '../../../sdk/planner/target.js';
import { startProxy } from '../../../sdk/planner/proxy/start-proxy.js';
import { startStubModels } from './stub-models.js';
import { messagesOf, valueRequests, type ValueRequest } from './value-requests.js';

/** A way to have the requests answered. */
export interface Arm {
  readonly name: string;
  readonly model: string;
  readonly headers: Readonly<Record<string, string>>;
}

export const arms: readonly Arm[] = [
  { name: 'always local', model: 'local', headers: {} },
  { name: 'always economy', model: 'economy', headers: {} },
  { name: 'always frontier', model: 'frontier', headers: {} },
  { name: 'planner', model: 'auto', headers: {} },
  { name: 'planner, floor economy', model: 'auto', headers: { 'X-Tier-Floor': 'economy' } },
];

/** What came of one request. */
export interface Served {
  readonly request: ValueRequest;
  readonly costUsd: number;
  readonly attempts: number;
  /** Its check held; undefined without a check. */
  readonly verified: boolean | undefined;
  /** It is the right answer, which only the benchmark knows. */
  readonly right: boolean;
}

/** Every arm over all requests, once for each seed; all arms meet the same mistakes. */
export async function measureValue(seeds: readonly number[]): Promise<ReadonlyMap<string, readonly Served[]>> {
  let seed = 0;
  await using stubs = await startStubModels(() => seed);
  const served = new Map<string, Served[]>(arms.map(({ name }) => [name, []]));
  for (seed of seeds) for (const arm of arms) served.get(arm.name)!.push(...(await serve(arm, stubs.targets)));
  return served;
}

/** A planner that knows nothing yet, behind its proxy, asked by the official client, one request after the other. */
async function serve({ model, headers }: Arm, targets: readonly PlannerTarget[]): Promise<Served[]> {
  // A check that is given up on a busy machine lets its answer pass; here that would be chance.
  await using planner = await Planner.open({ targets, file: ':memory:', checkLimit: '10s' });
  await using proxy = await startProxy(planner);
  const client = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: 'none', maxRetries: 0, defaultHeaders: headers });
  const served: Served[] = [];
  for (const request of valueRequests) {
    const { check, right, broken } = request;
    const body = { model, messages: messagesOf(request), max_tokens: 200, ...(check && { planner: { check } }) };
    const asked = client.chat.completions.create(body).withResponse();
    const { text, id } = await asked.then(
      ({ data, response }) => ({ text: data.choices[0]!.message.content, id: response.headers.get('x-request-id') }),
      (error: InstanceType<typeof OpenAI.APIError>) => ({ text: undefined, id: error.headers?.get('x-request-id') }),
    );
    if (!id) throw new Error(`${request.id} was not planned`);
    const { totals } = planner.trace(id);
    served.push({
      request,
      costUsd: totals.costUsd,
      attempts: totals.attempts,
      // Not what the planner says of it: checks see what is broken, and nothing else.
      verified: check && text !== undefined && text !== broken,
      right: text === right,
    });
  }
  return served;
}
