import type { PackingOptions } from '../context/select.js';
import type { Duration } from './duration.js';
import type { Schema } from './schema.js';

/** How often, and how patiently, a failed attempt is made again. */
export interface RetryPolicy {
  /** Attempts in all, the first one included. Default 3 for a step, 3 for an effect that may be retried. */
  readonly maxAttempts?: number;
  /** The ceiling of the first wait. Each later ceiling is twice the one before; the wait itself is random below it (full jitter). Default `'200ms'`. */
  readonly initialDelay?: Duration;
  /** No wait is longer than this, `Retry-After` excepted. Default `'30s'`. */
  readonly maxDelay?: Duration;
}

/** Options of `@step`. */
export interface StepOptions {
  /** The name in the journal; the method's name if absent. Set it before you rename a method that runs depend on. */
  readonly id?: string;
  /** The longest that one attempt may take. No limit if absent. */
  readonly timeout?: Duration;
  /** An attempt that does not call `heartbeat()` for this long is given up. No limit if absent. */
  readonly heartbeatTimeout?: Duration;
  readonly retry?: RetryPolicy;
  /** What the method must return; its parsed value is what is recorded. Any Standard Schema (zod and others). */
  readonly output?: Schema;
}

/** Options of `@sideEffect`; `A` are the method's parameters. */
export interface SideEffectOptions<A extends readonly unknown[]> extends StepOptions {
  /** Names this effect and no other. The body reads it with `effectKey()` and hands it to the endpoint. */
  readonly idempotencyKey: (...args: A) => string;
  /**
   * The name of a method of the same class, with the same parameters, that asks the outside world whether the
   * effect has happened: it returns what the effect returned, or undefined (or null) if it has not happened.
   */
  readonly reconcile?: string;
  /**
   * What to do when nobody knows whether the effect has happened and `reconcile` cannot tell. `'ask'` (default)
   * parks the run as `in_doubt` for an operator; `'retry'` is right only where the endpoint honours the key.
   */
  readonly onInDoubt?: 'ask' | 'retry';
}

/** Options of `@approval`; `A` are the method's parameters. */
export interface ApprovalOptions<A extends readonly unknown[]> {
  /** After this time without a decision the call throws `ApprovalExpired`. No limit if absent. */
  readonly expiresIn?: Duration;
  /** What to do when nobody decided in time. Default `'reject'`; `'approve'` is refused where decisions must be signed. */
  readonly onExpire?: 'reject' | 'approve';
  /** What the operator reads; the method and its arguments if absent. */
  readonly show?: (...args: A) => string;
  /** How many different people must say yes. One no is enough to refuse. Default 1. */
  readonly quorum?: number;
  /** Who may decide; anyone if absent. */
  readonly deciders?: readonly string[];
  /** If given, an operator may change the arguments; this schema of the list of arguments says to what. */
  readonly edits?: Schema;
  /**
   * What to do when the method's code is another one than when the operator was asked: `'ask'` (default) puts the gate up
   * again, `'keep'` goes by the decision.
   */
  readonly onCodeChange?: 'ask' | 'keep';
}

/** Options of `@contextBudget`; `A` are the method's parameters. */
export interface ContextBudgetOptions<A extends readonly unknown[]> extends PackingOptions {
  /** The hard ceiling, in tokens, of every prompt that the method sends: system, messages, tools and all. */
  readonly maxTokens: number;
  /** What the items are ranked against. */
  readonly query: (...args: A) => string;
  /**
   * What to keep free for what a prompt has beside the selected items: a number of tokens, or a function that returns
   * such a number or the text itself, to which 16 tokens are added for what stands around two messages. Default: a quarter
   * of `maxTokens`.
   */
  readonly reserve?: number | ((...args: A) => number | string) | undefined;
}

/** Options of `@tool`; `Input` is what the schema makes of the model's arguments. */
export interface ToolOptions<Input> {
  /** What the model reads about it: what it does, when to use it, what it returns. */
  readonly description: string;
  /** What the model may ask for; the method gets the parsed value. It must be able to say itself as JSON Schema, as zod's can. */
  readonly input: Schema<Input>;
  /** What the model calls it; the method's name if absent. Letters, digits, `_` and `-`, 64 at the most. */
  readonly name?: string;
  /**
   * The call reaches places that others can read or own, such as a web search, so that its very arguments can carry data
   * out. Once the loop has read the output of any tool, it is called only with words of the loop's own messages; for any other
   * arguments `whenTainted` is called in its place, and without that it is refused.
   */
  readonly openWorld?: boolean;
  /** A method of the same class with the same parameters and a gate in front. */
  readonly whenTainted?: string;
  /** Lets a model make this effect with nobody asked. For what harms nobody, whatever the arguments. */
  readonly ungated?: boolean;
}
