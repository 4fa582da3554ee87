import type { Loader } from '../readiness-suites/trial/loader.js';

/** What the plugin tells the workers, by the name under which Vitest provides it. */
export const providedKey = 'durableflowReadiness';

/** What a worker has to know to run trials. */
export interface Provided {
  readonly loader: Loader;
  readonly root: string;
  readonly project: string;
}
