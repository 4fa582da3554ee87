import { currentExecution } from './current-execution.js';

/**
 * Lets one version of a class serve runs that began before a change and runs that began after it: false for a run that
 * had come past this place before the change, true for all others, and always the same for one run. Outside the engine
 * it is true.
 *
 * @param id names the change
 *
 * @example
 * ```ts
 * import { patched } from 'durableflow';
 * const greeting = patched('polite-greeting') ? 'Good day' : 'Hi';
 * console.log(greeting); // Good day
 * ```
 */
export function patched(id: string): boolean {
  return currentExecution('patched')?.patched(id) ?? true;
}
