import type { Usage } from './triager.js';

/** The model that is asked, and its list price in US dollars for a million tokens, as of October 2026. */
export const model = { name: 'claude-haiku-4-5', inputPerMillion: 1, outputPerMillion: 5 } as const;

export function priced(inputTokens: number, outputTokens: number): Usage {
  const costUsd = (inputTokens * model.inputPerMillion + outputTokens * model.outputPerMillion) / 1_000_000;
  return { inputTokens, outputTokens, costUsd };
}
