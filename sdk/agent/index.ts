/**
 * Agents: a model that works with the decorated methods of a class, in a loop with ceilings.
 *
 * @module durableflow/agent
 */
export { tool } from '../decorators/index.js';
export type { ToolOptions } from '../definition/method-options.js';
export type { AgentOutcome, CallReport, StopCause } from './agent-outcome.js';
export type { AgentTool } from './agent-tool.js';
export type { AgentTurn, TurnMessage } from './conversation.js';
export { modelRequest, untrustedNote } from './model-request.js';
export { runTools, type RunToolsOptions } from './run-tools.js';
