import { join } from 'node:path';
import type { Attempt } from './claim.js';
import { Outside, type Death } from './outside.js';
import { runInProcess, type Ending, type Errand } from './run-in-process.js';

/** What two processes came to, the first of which was killed. */
export interface Aftermath {
  /** How the second one ended. */
  readonly ending: Ending & { readonly killed: false };
  readonly outside: Outside;
  readonly db: string;
}

/** Runs the learner's class in a process that dies as told, and then in a second one that is left alone. */
export async function killedErrand(
  { file, folder }: Attempt,
  { death, ...what }: Pick<Errand, 'className' | 'world' | 'input'> & { readonly death: Death },
): Promise<Aftermath | string> {
  const errand = { ...what, file, db: join(folder, 'runs.db'), log: join(folder, 'outside.log') };
  const outside = new Outside(errand.log);
  const first = await runInProcess({ ...errand, death });
  if (!first.killed) return `The process was to be killed ${death.when} "${death.line}", but this was never done: ${sayEnding(first)}.`;
  const second = await runInProcess(errand);
  return second.killed ? 'The second process was killed as well.' : { ending: second, outside, db: errand.db };
}

/** In words, for what is said to the learner. */
export function sayEnding({ status, error }: Ending & { readonly killed: false }): string {
  return `the run is ${status}${error === undefined ? '' : ` (${error})`}`;
}
