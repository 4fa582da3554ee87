/**
 * What a test file imports: Vitest's `describe`, `test` and `expect` with what runs and agents need, and `crashAt`.
 *
 * @module durableflow/vitest
 */
export { describe, type DeclareReadiness, type ReadinessApi } from './describe.js';
export type { ColonyOptions, StageTime } from '../colony/colony-suite.js';
export type { LiveLimits } from '../readiness-suites/live-model.js';
export type { ReadinessKit } from '../readiness-suites/kit.js';
export type { ReadinessOptions } from '../readiness-suites/suite.js';
export type { TrialEnd } from '../readiness-suites/evidence.js';
export type { Attack } from '../readiness-suites/injection/injection.js';
export type { Obey } from '../readiness-suites/injection/obedient-model.js';
export type { ModeId } from '../readiness-suites/modes.js';
export type { ToolOptions } from '../readiness-suites/world/tool-bench.js';
export type { ModelBehaviour } from '../readiness-suites/world/model-service.js';
export { crashAt, type CrashOptions } from './crash-at.js';
export { expect, type DurableExpect, type DurableMatchers } from './expect.js';
export { test, type VirtualFixtures } from './virtual-test.js';
export { restate, type ReadinessEngine, type RestateOptions } from '../readiness-suites/engine/restate.js';
export { scriptedModel } from '../sdk/models/index.js';
export type { CrashSides } from '../readiness-suites/crash/crash-everywhere.js';
export type { CrashAtBoundary, CrashReport } from '../readiness-suites/crash/crash-report.js';
export type { ToReplayOptions } from './matchers/to-replay.js';
export type { RunBudget } from './matchers/to-stay-within-budget.js';
