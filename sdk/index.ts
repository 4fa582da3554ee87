/**
 * Durable agents on one SQLite file: decorate a class, open a flow, and its runs survive `kill -9`.
 *
 * @module durableflow
 */
export {
  bm25,
  candidates,
  estimateTokens,
  evaluateSelection,
  inOrder,
  isSelection,
  loadTokenizer,
  ndcgAt,
  recallAt,
  select,
  tfIdf,
  type ContextItem,
  type EvaluationOptions,
  type Grades,
  type PackingOptions,
  type Ranker,
  type Rejection,
  type RejectionReason,
  type SelectedItem,
  type Selection,
  type SelectionCase,
  type SelectionScores,
  type SelectOptions,
  type TokenCounter,
} from './context/index.js';
export {
  approval,
  compensate,
  contextBudget,
  defineWorkflow,
  sideEffect,
  step,
  tool,
  workflow,
  type DurableMethodOptions,
  type DurableMethods,
  type MethodDecoratorOf,
  type WorkflowOptions,
} from './decorators/index.js';
export type { Duration } from './definition/duration.js';
export type {
  ApprovalOptions,
  ContextBudgetOptions,
  RetryPolicy,
  SideEffectOptions,
  StepOptions,
  ToolOptions,
} from './definition/method-options.js';
export type { Schema, SchemaResult } from './definition/schema.js';
export type { InputOf, OutputOf, WorkflowClass } from './definition/workflow-definition.js';
export { DurableFlow } from './durable-flow.js';
export type * from './flow/flow-options.js';
export type { Health, IdleRun, OwnerHealth } from './flow/health.js';
export type { HistoryDifference } from './flow/histories.js';
export * from './lineage/index.js';
export { replayHistory, type HistoryReplay, type ReplayOptions } from './flow/replay-history.js';
export * from './errors/index.js';
export type { ErrorClass, JournalRecord } from './journal/index.js';
export {
  anthropic,
  assistantMessage,
  attemptsOf,
  listPrices,
  MemoryBudgetLedger,
  openAiCompatible,
  routeModels,
  scriptedModel,
} from './models/index.js';
export type * from './models/index.js';
export type { RunHandle } from './flow/run-handle.js';
export type { ApprovalView, Signed, VoteView } from './flow/approval-view.js';
export type { Doubt } from './flow/doubts.js';
export type { EffectView, ResumptionView, RunDetails, RunStanding, RunView, SignalView, StepView, WaitView } from './flow/run-view.js';
export {
  abortSignal, checkPrompt, child, credit, effectKey, heartbeat, now, observe, patched, random, signal, sleep, systemClock, transaction, uuid, VirtualClock, type ChildOptions, type Clock, type GuardMode, type LedgerOptions, type PromptOptions, type RedactionSubject, type SignalOptions,
} from './runtime/index.js'; // prettier-ignore
export { ContextIndex, SqliteBudgetLedger, SqliteStore, type SearchOptions, type SqliteOptions } from './sqlite/index.js';
export type * from './store/index.js';
export {
  jsonLines,
  type AttemptPlace,
  type EventCatalogue,
  type EventName,
  type TelemetryEvent,
  type TelemetrySink,
} from './telemetry/index.js';
