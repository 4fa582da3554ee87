import { addSizes, noText } from '../../context/index.js';
import { currentCeiling, passCeiling } from '../current-ceiling.js';

/** For whom a prompt is. */
export interface PromptOptions {
  /** The model that gets it; without it the count holds for any model. */
  readonly model?: string;
}

/**
 * Called in the body of a method with `@contextBudget`, before a prompt is sent by other means than a `ModelClient`:
 * returns how many tokens it has. Hand it every text that is sent. Anywhere else it does nothing and returns undefined.
 *
 * Throws `DF_CONTEXT_OVER_BUDGET` if the prompt has more tokens than the budget allows.
 *
 * @example
 * ```ts
 * import { checkPrompt } from 'durableflow';
 * const [system, question] = ['You answer for a bicycle workshop.', 'When is my bike ready?'];
 * console.log(checkPrompt([system, question], { model: 'gpt-5-mini' })); // undefined
 * ```
 */
export function checkPrompt(prompt: string | readonly string[], { model }: PromptOptions = {}): number | undefined {
  const ceiling = currentCeiling();
  if (!ceiling) return undefined;
  const size = [prompt].flat().reduce((sum, text) => addSizes(sum, ceiling.measure.size(text)), noText);
  return passCeiling(ceiling, size, model);
}
