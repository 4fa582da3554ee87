/**
 * What a test file imports: Vitest's `describe` with `describe.readiness`.
 *
 * @packageDocumentation
 */
export { describe, type DeclareReadiness, type ReadinessApi } from './describe.js';
export type { ReadinessKit } from '../readiness-suites/kit.js';
export type { ReadinessOptions } from '../readiness-suites/suite.js';
export type { ModeId } from '../readiness-suites/modes.js';
export type { ToolOptions } from '../readiness-suites/world/tool-bench.js';
export type { ModelBehaviour } from '../readiness-suites/world/model-service.js';
