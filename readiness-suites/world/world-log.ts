import type { ModelRequest } from '../../sdk/models/index.js';
import type { PromptEvidence, ToolEvidence } from '../evidence.js';
import type { CallScope } from './tool-service.js';

/** A call as the log holds it. */
export type ToolEntry = { -readonly [K in keyof ToolEvidence]: ToolEvidence[K] } & {
  /** The arguments as they came, for comparisons; a key that they hold in another place stands in a field `idempotencyKey`. */
  readonly values: readonly unknown[];
  readonly scope: CallScope;
  /** What the tool itself answered, before any fault; undefined if it was not asked or has failed. */
  answer: unknown;
};

/** A prompt as the log holds it. */
export type PromptEntry = { -readonly [K in keyof PromptEvidence]: PromptEvidence[K] } & {
  /** All that was said, as one text. */
  readonly text: string;
  readonly request: ModelRequest;
  /** The answer was asked for as a stream. */
  readonly stream: boolean;
  /** A whole answer was sent, with what it cost; it may have been another one than the right one. */
  isAnswered: boolean;
};

/** What has happened in the world of one trial. It survives every process of the trial. */
export class WorldLog {
  readonly tools: ToolEntry[] = [];
  readonly prompts: PromptEntry[] = [];
  /** Where faults and kills have happened. */
  readonly fired: string[] = [];
  readonly #begin = performance.now();

  /** Milliseconds since the trial began. */
  now(): number {
    return Math.round(performance.now() - this.#begin);
  }

  /** Effects that changed the world. */
  get effects(): ToolEntry[] {
    return this.tools.filter(({ kind, applied }) => kind === 'effect' && applied);
  }
}
