import type { PromptCeiling, TextSize } from '../context/index.js';
import { currentScope } from '../definition/current-run.js';
import { BodyScope } from './body-scope.js';

/** The ceiling of prompts where the current code runs; undefined outside of a body with `@contextBudget`. */
export function currentCeiling(): PromptCeiling | undefined {
  const scope = currentScope.getStore();
  return scope instanceof BodyScope ? scope.ceiling : undefined;
}

/** Returns how many tokens a prompt has. Throws `DF_CONTEXT_OVER_BUDGET`, and tells telemetry, if those are too many. */
export function passCeiling(ceiling: PromptCeiling, prompt: TextSize, model: string | undefined): number {
  try {
    return ceiling.check(prompt, model);
  } catch (error) {
    const scope = currentScope.getStore();
    if (scope instanceof BodyScope && scope.place) {
      const { telemetry, run, call, method } = scope.place;
      telemetry.emit('context.refused', run, {
        call,
        method,
        model,
        tokens: ceiling.measure.tokens(prompt, model),
        maxTokens: ceiling.maxTokens,
      });
    }
    throw error;
  }
}
