import type { DeclaredSuite } from '../suite.js';
import { sqliteEngine } from './sqlite-engine.js';
import type { TrialEngine } from './trial-engine.js';

/** What executes the durable arm of a suite. */
export const engineFor = (_options: DeclaredSuite['options']): TrialEngine => sqliteEngine;
