import type { Planner } from '../planner.js';

/** What the proxy needs of a planner. */
export type ServedPlanner = Pick<Planner, 'complete' | 'stream' | 'trace' | 'models'>;
