/**
 * Agents of Google's ADK inside a durable run.
 *
 * @module durableflow/adk
 */
export { answerTurn, type AnswerTurnOptions } from './answer-turn.js';
export { driveRunner, type Driven, type DriveOptions } from './drive-runner.js';
export { durableLlm, type DurableLlmOptions } from './durable-llm.js';
export type { LlmTurn } from './llm-turn.js';
