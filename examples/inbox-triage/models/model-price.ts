import type { Usage } from './triager.js';

/** The model that is asked, and its list price in US dollars for a million tokens as of October 2026, for prompts below 100,000 tokens. */
export const model = { name: 'claude-haiku-5-5', inputPerMillion: 0.1, outputPerMillion: 0.5 } as const;

export function priced(inputTokens: number, outputTokens: number): Usage {
  const costUsd = (inputTokens * model.inputPerMillion + outputTokens * model.outputPerMillion) / 1_000_000;
  return { inputTokens, outputTokens, costUsd };
}
