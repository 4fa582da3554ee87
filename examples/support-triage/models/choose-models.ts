import { anthropic, openAiCompatible, routeModels, type ModelClient, type ModelTarget } from 'durableflow';
import { scriptedSupport } from './scripted-support.js';

/** The models that there are keys for, the second as the fallback of the first; scripted rules if there are none. */
export function chooseModels(environment: Readonly<Record<string, string | undefined>>): { models: ModelClient; description: string } {
  const { ANTHROPIC_API_KEY: anthropicKey, OPENAI_API_KEY: openAiKey } = environment;
  const targets: ModelTarget[] = [];
  if (anthropicKey) targets.push({ client: anthropic({ apiKey: anthropicKey, model: 'claude-sonnet-5-5' }), timeout: '30s' });
  if (openAiKey) targets.push({ client: openAiCompatible({ apiKey: openAiKey, model: 'gpt-5.4-mini' }), timeout: '30s' });
  if (targets.length === 0) return { models: scriptedSupport(), description: 'scripted rules, no model is asked and nothing is paid' };
  const models = routeModels({ targets, budget: { run: 0.5, day: 5 } });
  return { models, description: `${models.model}, at most $0.50 a ticket` };
}
