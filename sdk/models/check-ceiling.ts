import type { PromptCeiling } from '../context/index.js';
import { currentCeiling, passCeiling } from '../runtime/current-ceiling.js';
import type { ModelRequest } from './model-client.js';
import { promptSize } from './prompt-size.js';

/**
 * In a method with `@contextBudget`: rejects with `DF_CONTEXT_OVER_BUDGET` if the prompt of this request is over the
 * ceiling for one of the models. Anywhere else there is nothing to wait for. `extraBody` is sent as well.
 */
export function checkCeiling(
  request: ModelRequest,
  models: readonly string[],
  extraBody: Readonly<Record<string, unknown>> = {},
): Promise<void> | undefined {
  const ceiling = currentCeiling();
  return ceiling && check(ceiling, request, models, Object.keys(extraBody).length > 0 ? JSON.stringify(extraBody) : '');
}

async function check(ceiling: PromptCeiling, request: ModelRequest, models: readonly string[], beside: string): Promise<void> {
  const size = await promptSize(request, ceiling.measure, beside);
  for (const model of models) passCeiling(ceiling, size, model);
}
