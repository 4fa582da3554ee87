import { routeModels, type ModelClient } from 'durableflow';

export function makeModels(good: ModelClient, spare: ModelClient, usd: number): ModelClient {
  return routeModels({
    targets: [
      { name: 'good', client: good, timeout: '300ms', retry: { maxAttempts: 1 } },
      { name: 'spare', client: spare, retry: { maxAttempts: 1 } },
    ],
    budget: { run: usd },
  });
}
