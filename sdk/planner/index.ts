/**
 * Plans requests to models under constraints of cost, time and privacy, and keeps to their budgets.
 *
 * @module durableflow/planner
 */
export type { Answered, AskOptions, ListedModel, Streamed } from './answered.js';
export { attemptOutcomes, type Attempt, type AttemptOutcome } from './attempt.js';
export type { SessionBudget } from './budget.js';
export type { ChatChoice, ChatChunk, ChatCompletion, ChatMessage, ChatRequest, ChatUsage } from './chat.js';
export { objectives, privacyLevels, type Constraints, type Objective, type OutputCheck, type Privacy } from './constraints.js';
export type { CheckedAnswer, CheckFunction } from './execution/check-output.js';
export {
  hardConstraints,
  taskClasses,
  type Candidate,
  type Confidence,
  type Estimate,
  type HardConstraint,
  type Infeasible,
  type Plan,
  type PlannedStep,
  type TaskClass,
} from './plan.js';
export type { PlanTrace, TraceAttempt } from './plan-trace.js';
export { Planner, type PlannerOptions } from './planner.js';
export { readConfig, type ConfigProblem } from './config/read-config.js';
export type { PlannerConfig, ProxySettings } from './config/planner-config.js';
export type { ServedPlanner } from './proxy/served-planner.js';
export type { ServedRequest } from './proxy/proxy-app.js';
export { startProxy, type ProxyOptions, type RunningProxy } from './proxy/start-proxy.js';
export { traceHtml } from './trace/trace-html.js';
export { traceText } from './trace/trace-text.js';
export { privacyClasses, tiers, type Capability, type PlannerTarget, type PrivacyClass, type Tier } from './target.js';
export type { Look } from '../cli/render/look.js';
