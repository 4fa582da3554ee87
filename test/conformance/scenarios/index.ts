import type { Scenario } from '../scenario.js';
import { approvals } from './approvals.js';
import { changes } from './changes.js';
import { children } from './children.js';
import { effects } from './effects.js';
import { endings } from './endings.js';
import { knowledge } from './knowledge.js';
import { steps } from './steps.js';
import { waits } from './waits.js';

/** Every story, by its kind. */
export const scenarios: Readonly<Record<string, readonly Scenario[]>> = {
  steps,
  effects,
  approvals,
  waits,
  children,
  endings,
  changes,
  knowledge,
};
