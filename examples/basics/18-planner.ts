// The target planner: which models may be asked for this request, in which order, and if none, what would change that.
import { Planner, type PlannerTarget } from 'durableflow/planner';

const target = (given: Pick<PlannerTarget, 'id' | 'tier' | 'privacy' | 'prices'>): PlannerTarget => ({
  ...given,
  name: `the ${given.id} model`,
  model: given.id,
  region: 'eu',
  api: 'openai',
  baseUrl: 'http://127.0.0.1:11434/v1',
  apiKeyEnv: undefined,
  enabled: true,
  capabilities: [],
  contextWindow: 8192,
  maxOutputTokens: 1000,
  latencyPrior: { p50Ms: 500, p95Ms: 2000 },
});
const planner = await Planner.open({
  targets: [
    target({ id: 'laptop', tier: 'local', privacy: 'local', prices: { input: 0, output: 0 } }),
    target({ id: 'large', tier: 'frontier', privacy: 'public', prices: { input: 2.5, output: 10 } }),
  ],
});
const request = { model: 'auto', messages: [{ role: 'user', content: 'Which city is this parcel for?' }], max_tokens: 100 };
const show = (plan: ReturnType<Planner['plan']>) => console.log(plan.chain.map(({ targetId }) => targetId).join(', ') || 'nobody');
show(planner.plan(request));
show(planner.plan(request, { objective: 'most_capable' }));
show(planner.plan(request, { privacy: 'local-only' }));
const none = planner.plan(request, { maxCostUsd: 0.0001, tierFloor: 'frontier' });
show(none);
console.log(none.infeasible?.wouldChange[0]);
await planner.close();

/* It prints:
laptop, large
large, laptop
laptop
nobody
If there were no tier floor, the laptop model could be asked.
*/
