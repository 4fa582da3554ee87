import { ModelError } from '../../errors/index.js';
import type { PlannerTarget } from '../target.js';

/** The key of a target, read from the environment here and nowhere else. Undefined where none is needed. */
export function targetKey({ apiKeyEnv, name, model }: PlannerTarget): string | undefined {
  if (apiKeyEnv === undefined) return undefined;
  const key = process.env[apiKeyEnv];
  if (key) return key;
  throw new ModelError('authentication', `the environment variable ${apiKeyEnv} of ${name} is not set`, { model });
}
