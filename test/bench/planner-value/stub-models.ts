import { createHash } from 'node:crypto';
import { StubTarget } from '../../../examples/target-planner/stub-target.js';
import type { TaskClass } from '../../../sdk/planner/plan.js';
import type { PlannerTarget } from '../../../sdk/planner/target.js';
import { valueRequests, type ValueRequest } from './value-requests.js';

interface StubModel {
  readonly target: Omit<PlannerTarget, 'baseUrl'>;
  /** Of a hundred answers of each kind, how many are broken, and how many are wrong without showing it. */
  readonly errors: Readonly<Record<TaskClass, readonly [broken: number, wrong: number]>>;
}

const common = {
  privacy: 'public', region: 'eu', api: 'openai', apiKeyEnv: undefined, enabled: true, contextWindow: 128_000, maxOutputTokens: 4096,
  capabilities: ['tools', 'json_schema', 'vision', 'streaming'], latencyPrior: { p50Ms: 400, p95Ms: 2000 },
} as const; // prettier-ignore

/** Stated, not measured: what the benchmark shows is what follows from them. */
export const stubModels: readonly StubModel[] = [
  {
    target: { ...common, id: 'local', name: 'Local model', tier: 'local', model: 'stub-local', privacy: 'local', region: 'here', prices: { input: 0, output: 0 }, capabilities: ['tools', 'json_schema', 'streaming'] },
    errors: { json_extraction: [24, 6], code: [30, 10], summarization: [12, 6], chat: [4, 8], other: [100, 0] },
  },
  {
    target: { ...common, id: 'economy', name: 'Economy model', tier: 'economy', model: 'stub-economy', prices: { input: 0.15, output: 0.6 } },
    errors: { json_extraction: [6, 2], code: [12, 4], summarization: [4, 3], chat: [1, 3], other: [4, 6] },
  },
  {
    target: { ...common, id: 'frontier', name: 'Frontier model', tier: 'frontier', model: 'stub-frontier', prices: { input: 2.5, output: 10 } },
    errors: { json_extraction: [1.5, 0.5], code: [3, 2], summarization: [1, 1], chat: [0.5, 1], other: [1, 2] },
  },
]; // prettier-ignore

const byPrompt = new Map(valueRequests.map((request) => [request.prompt, request]));

/** What a model says to a request: always the same with the same seed, whoever asks. */
function answerOf({ target, errors }: StubModel, request: ValueRequest, seed: number): string {
  const [broken, wrong] = errors[request.taskClass];
  const luck = (createHash('sha256').update(`${seed}/${target.id}/${request.id}`).digest().readUInt32BE() / 2 ** 32) * 100;
  if (luck < broken) return request.broken;
  return luck < broken + wrong ? request.wrong : request.right;
}

/** The three models as loopback servers, and the targets that point at them. */
export async function startStubModels(seed: () => number): Promise<AsyncDisposable & { readonly targets: readonly PlannerTarget[] }> {
  const stubs = await Promise.all(
    stubModels.map((model) =>
      StubTarget.start({ model: model.target.model, answer: ({ prompt }) => answerOf(model, byPrompt.get(prompt)!, seed()) }),
    ),
  );
  return {
    targets: stubModels.map(({ target }, index) => ({ ...target, baseUrl: stubs[index]!.baseUrl })),
    async [Symbol.asyncDispose]() {
      await Promise.all(stubs.map((stub) => stub[Symbol.asyncDispose]()));
    },
  };
}
