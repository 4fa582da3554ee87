/**
 * Durable agents on one SQLite file: decorate a class, open a flow, and its runs survive `kill -9`.
 *
 * @packageDocumentation
 */
export {
  candidates,
  estimateTokens,
  isSelection,
  select,
  tfIdf,
  type ContextItem,
  type Ranker,
  type Rejection,
  type Selection,
  type SelectOptions,
  type TokenCounter,
} from './context/index.js';
export { approval, contextBudget, sideEffect, step, workflow, type MethodDecoratorOf, type WorkflowOptions } from './decorators/index.js';
export type { Duration } from './definition/duration.js';
export type { ApprovalOptions, ContextBudgetOptions, RetryPolicy, SideEffectOptions, StepOptions } from './definition/method-options.js';
export type { Schema, SchemaResult } from './definition/schema.js';
export type { InputOf, OutputOf, WorkflowClass } from './definition/workflow-definition.js';
export { DurableFlow, type DecisionOptions, type FlowOptions, type ResolveOptions, type StartOptions } from './durable-flow.js';
export * from './errors/index.js';
export type { ErrorClass } from './journal/index.js';
export type { RunHandle } from './run-handle.js';
export type { ApprovalView, EffectView, RunDetails, RunView, StepView } from './run-view.js';
export { abortSignal, effectKey, systemClock, type Clock } from './runtime/index.js';
export { SqliteStore, type SqliteOptions } from './sqlite/index.js';
export type * from './store/index.js';
export { jsonLines, type EventCatalogue, type EventName, type TelemetryEvent, type TelemetrySink } from './telemetry/index.js';
