import type { PromptCeiling } from '../context/index.js';
import type { MethodDefinition } from '../definition/method-definition.js';
import type { JournalRecord } from '../journal/index.js';
import type { Receipt } from '../store/index.js';

/** Something durable that a workflow asked for. */
export interface Call {
  /** The order in which the workflow asked, from 0. */
  readonly index: number;
  /** The name in the journal. */
  readonly name: string;
  readonly encodedArgs: string;
  /** Digest of the arguments. */
  readonly digest: string;
}

/** A call of a decorated method. */
export interface MethodCall extends Call {
  readonly method: MethodDefinition;
  readonly instance: unknown;
  /** The arguments, where they hold nothing that a body could change; else they are decoded, which copies them. */
  readonly plainArgs: readonly unknown[] | undefined;
}

/** What a body gets: the arguments with their context selected, and the ceiling of what it may send to a model. */
export interface BodyInput {
  readonly args: readonly unknown[];
  readonly ceiling?: PromptCeiling;
}

/** What came of a call, ready to be recorded; or its record, if it was committed already. */
export type Outcome =
  | {
      readonly kind: 'returned' | 'threw';
      /** The encoded value or error. */
      readonly value: string;
      readonly attempts: number;
      readonly receipt?: Receipt;
    }
  | { readonly kind: 'committed'; readonly record: JournalRecord };
