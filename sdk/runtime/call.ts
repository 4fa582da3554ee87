import type { MethodDefinition } from '../definition/method-definition.js';

/** A call that has no record yet, so it must be executed. */
export interface Call {
  /** The order in which the workflow asked, from 0. */
  readonly index: number;
  readonly method: MethodDefinition;
  readonly instance: unknown;
  readonly encodedArgs: string;
  /** Digest of the arguments. */
  readonly digest: string;
}

/** What came of a call, ready to be recorded. */
export interface Outcome {
  readonly kind: 'returned' | 'threw';
  /** The encoded value or error. */
  readonly value: string;
  readonly attempts: number;
  /** For an effect: whether it has happened. */
  readonly receipt?: 'done' | 'failed';
}
