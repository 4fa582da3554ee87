import type { ModelClient } from 'durableflow';

export function makeModels(good: ModelClient, _spare: ModelClient, _usd: number): ModelClient {
  return good;
}
