import type { PlannerTarget } from 'durableflow/planner';
import { StubTarget, type StubBehaviour } from './stub-target.js';

interface StoryTarget {
  readonly target: Omit<PlannerTarget, 'baseUrl' | 'model'>;
  readonly behaviour: StubBehaviour;
}

const common = {
  region: 'eu', api: 'openai', apiKeyEnv: undefined, enabled: true, contextWindow: 32_000, maxOutputTokens: 1000,
  capabilities: ['tools', 'json_schema', 'streaming'],
} as const; // prettier-ignore

/** Tickets are easy: every model sorts them. */
const sorted = JSON.stringify({ topic: 'delivery', urgent: false });

/** Contracts are not: the small model on this machine answers in prose. */
const contract = JSON.stringify({ parties: ['Nordlys AS', 'Ada Lind'], notice_days: 90 });

/** A long answer, which costs nearly what was set aside for it. */
const essay =
  'It has shown the way to those who were out late, asked for nothing, and never once been wrong about where the rocks are. '.repeat(3);

const isEssay = (prompt: string) => prompt.includes('lighthouse');
const isContract = (prompt: string) => prompt.includes('Contract');

/** Three models with stated behaviour. The first costs nothing and is good at easy work; the last is good at everything, and dear. */
export const storyTargets: readonly StoryTarget[] = [
  {
    target: { ...common, id: 'laptop', name: 'the laptop model', tier: 'local', privacy: 'local', region: 'here', prices: { input: 0, output: 0 }, latencyPrior: { p50Ms: 300, p95Ms: 900 } },
    behaviour: { model: 'stub-3b', answer: ({ prompt }) => (isContract(prompt) ? 'The parties are Nordlys AS and Ada Lind; notice is a quarter.' : sorted), delayMs: 5 },
  },
  {
    target: { ...common, id: 'small-cloud', name: 'the small cloud model', tier: 'economy', privacy: 'public', prices: { input: 0.15, output: 0.6 }, latencyPrior: { p50Ms: 500, p95Ms: 1500 } },
    behaviour: { model: 'stub-mini', answer: ({ prompt }) => (isContract(prompt) ? contract : sorted), delayMs: 8 },
  },
  {
    target: { ...common, id: 'large-cloud', name: 'the large cloud model', tier: 'frontier', privacy: 'public', prices: { input: 2.5, output: 10 }, latencyPrior: { p50Ms: 1200, p95Ms: 4000 } },
    behaviour: { model: 'stub-max', answer: ({ prompt }) => (isContract(prompt) ? contract : isEssay(prompt) ? essay : sorted), delayMs: 12 },
  },
]; // prettier-ignore

/** The models as loopback servers. */
export class StoryStage implements AsyncDisposable {
  readonly #stubs: ReadonlyMap<string, StubTarget>;
  readonly targets: readonly PlannerTarget[];

  private constructor(stubs: ReadonlyMap<string, StubTarget>) {
    this.#stubs = stubs;
    this.targets = storyTargets.map(({ target, behaviour }) => ({
      ...target,
      model: behaviour.model,
      baseUrl: stubs.get(target.id)!.baseUrl,
    }));
  }

  static async open(): Promise<StoryStage> {
    const stubs = await Promise.all(
      storyTargets.map(async ({ target, behaviour }) => [target.id, await StubTarget.start(behaviour)] as const),
    );
    return new StoryStage(new Map(stubs));
  }

  /** How many requests a model has answered so far. */
  served(targetId: string): number {
    return this.#stubs.get(targetId)!.served;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#stubs.values()].map((stub) => stub[Symbol.asyncDispose]()));
  }
}
