// The check says: The request was wrong, and the spare model was asked
import { routeModels, type ModelClient } from 'durableflow';

export function makeModels(good: ModelClient, spare: ModelClient, usd: number): ModelClient {
  const first = routeModels({ targets: [{ client: good, timeout: '300ms', retry: { maxAttempts: 1 } }], budget: { run: usd } });
  const complete: ModelClient['complete'] = (request, options) =>
    first.complete(request, options).catch(() => spare.complete(request, options));
  return { ...first, complete };
}
