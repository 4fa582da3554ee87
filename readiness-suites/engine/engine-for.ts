import type { DeclaredSuite } from '../suite.js';
import { restateEngine } from './restate-engine.js';
import { sqliteEngine } from './sqlite-engine.js';
import type { TrialEngine } from './trial-engine.js';

/** What executes the durable arm of a suite. */
export const engineFor = ({ engine }: Pick<DeclaredSuite['options'], 'engine'>): TrialEngine =>
  engine ? restateEngine(engine) : sqliteEngine;
