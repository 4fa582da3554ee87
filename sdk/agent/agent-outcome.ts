import type { Observation } from './observation.js';

/**
 * Why a loop ended without an answer. `turns`, `tokens`, `cost`: a ceiling. `context`: what must be in the prompt does not
 * fit. `refusal`: the model would not. `cut_off`, `empty`: its answers were, twice in a row. `repetition`: three turns in a
 * row brought nothing but calls that had been made before.
 */
export type StopCause = 'turns' | 'tokens' | 'cost' | 'context' | 'refusal' | 'cut_off' | 'empty' | 'repetition';

/** One call that the model asked for. */
export interface CallReport {
  readonly turn: number;
  readonly tool: string;
  /** Undefined if there is no such tool. */
  readonly access: 'read' | 'write' | undefined;
  /** As the model wrote it. */
  readonly input: unknown;
  readonly outcome: Observation['outcome'];
  /** The same was asked before, and the call was not made again. */
  readonly isRepeat: boolean;
  /** What the model was told about it beyond the output. */
  readonly note: string | undefined;
  /** What a write returned. */
  readonly output: unknown;
}

interface LoopReport {
  readonly turns: number;
  /** All tokens, read and written. */
  readonly tokens: number;
  /** In US dollars, as far as it is known. */
  readonly costUsd: number;
  readonly calls: readonly CallReport[];
}

/** How a loop ended: with an answer, or stopped without one. */
export type AgentOutcome<Answer> = LoopReport &
  (
    | { readonly stopped: undefined; readonly answer: Answer }
    /** `answer` is what the model said last, if anything; it is not checked. */
    | { readonly stopped: StopCause; readonly answer: undefined; readonly lastText: string }
  );
