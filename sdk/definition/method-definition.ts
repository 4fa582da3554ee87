import { DurableFlowError } from '../errors/index.js';
import { digest } from '../journal/index.js';
import { milliseconds } from './duration.js';
import { methodMetadata, type Args, type Method, type MethodMetadata } from './method-metadata.js';
import type { ApprovalOptions, ContextBudgetOptions, RetryPolicy, SideEffectOptions, ToolOptions } from './method-options.js';
import type { Schema } from './schema.js';

/** A retry policy with every default filled in; times in milliseconds. */
export interface RetryDefinition {
  readonly maxAttempts: number;
  readonly initialDelay: number;
  readonly maxDelay: number;
}

/** What makes a call an external effect. */
export interface EffectDefinition {
  readonly idempotencyKey: (...args: Args) => string;
  readonly reconcile: Method | undefined;
  readonly onInDoubt: 'ask' | 'retry';
}

/** A gate in front of a call; times in milliseconds. */
export interface ApprovalDefinition {
  readonly expiresIn: number | undefined;
  readonly onExpire: 'reject' | 'approve';
  readonly show: ((...args: Args) => string) | undefined;
  readonly quorum: number;
  readonly deciders: readonly string[] | undefined;
  readonly edits: Schema | undefined;
  readonly onCodeChange: 'ask' | 'keep';
}

/** One durable method, frozen: everything the interpreter needs to run a call of it. */
export interface MethodDefinition {
  /** The name in the journal. */
  readonly id: string;
  readonly key: string;
  readonly body: Method;
  readonly timeout: number | undefined;
  readonly heartbeatTimeout: number | undefined;
  readonly retry: RetryDefinition;
  readonly output: Schema | undefined;
  readonly approval: ApprovalDefinition | undefined;
  readonly effect: EffectDefinition | undefined;
  readonly contextBudget: ContextBudgetOptions<Args> | undefined;
  /** The durable method that undoes this one. */
  readonly compensate: string | undefined;
  /** Digest of the body's source, to notice that a decision was made on other code. */
  readonly code: string;
}

const defaultRetry: RetryDefinition = { maxAttempts: 3, initialDelay: 200, maxDelay: 30_000 };

/**
 * Checks what the decorators said and freezes it. `place` names the method in messages; `lookup` finds another
 * method of the same class, for `reconcile`.
 */
export function defineMethod(metadata: MethodMetadata, place: string, lookup: (key: string) => unknown): MethodDefinition {
  const { key, original, sideEffect, approval, contextBudget } = metadata;
  const options = sideEffect ?? metadata.step ?? {};
  if (sideEffect && metadata.step) {
    throw new DurableFlowError(
      'DF_INVALID_DEFINITION',
      `${place} has both @step and @sideEffect; an effect is a step already, keep only @sideEffect`,
    );
  }
  if ((options.id ?? key).startsWith('undo:')) {
    throw new DurableFlowError(
      'DF_INVALID_DEFINITION',
      `the id of ${place} may not begin with "undo:"; that is how the undoing of a call is recorded`,
    );
  }
  if (contextBudget && !metadata.step && !sideEffect) {
    throw new DurableFlowError('DF_INVALID_DEFINITION', `${place} has @contextBudget but is no step; add @step() to it`);
  }
  if (metadata.tool) checkTool(metadata.tool, metadata, place, lookup);
  return Object.freeze({
    id: options.id ?? key,
    key,
    body: original,
    timeout: options.timeout === undefined ? undefined : milliseconds(options.timeout, `the timeout of ${place}`),
    heartbeatTimeout:
      options.heartbeatTimeout === undefined ? undefined : milliseconds(options.heartbeatTimeout, `the heartbeatTimeout of ${place}`),
    retry: defineRetry(options.retry, place),
    output: options.output,
    approval: approval && defineApproval(approval, place),
    effect: sideEffect && defineEffect(sideEffect, place, lookup),
    contextBudget: contextBudget && checkBudget(contextBudget, place),
    compensate: metadata.compensate === undefined ? undefined : compensator(metadata.compensate, place, lookup),
    // White space is no change of the code.
    code: approval ? digest(String(original).replace(/\s+/g, ' ')) : '',
  });
}

function defineRetry(retry: RetryPolicy | undefined, place: string): RetryDefinition {
  if (!retry) return defaultRetry;
  const maxAttempts = retry.maxAttempts ?? defaultRetry.maxAttempts;
  if (maxAttempts !== Infinity && !(Number.isInteger(maxAttempts) && maxAttempts >= 1))
    throw new DurableFlowError(
      'DF_INVALID_DEFINITION',
      `${place}: retry.maxAttempts must be a whole number above 0, or Infinity, not ${maxAttempts}`,
    );
  return {
    maxAttempts,
    initialDelay: milliseconds(retry.initialDelay ?? defaultRetry.initialDelay, `retry.initialDelay of ${place}`),
    maxDelay: milliseconds(retry.maxDelay ?? defaultRetry.maxDelay, `retry.maxDelay of ${place}`),
  };
}

function defineApproval(options: ApprovalOptions<Args>, place: string): ApprovalDefinition {
  const { expiresIn, onExpire = 'reject', show, quorum = 1, deciders, edits, onCodeChange = 'ask' } = options;
  if (!Number.isInteger(quorum) || quorum < 1)
    throw new DurableFlowError('DF_INVALID_DEFINITION', `${place}: quorum must be a whole number above 0, not ${quorum}`);
  if (deciders && deciders.length < quorum) {
    throw new DurableFlowError('DF_INVALID_DEFINITION', `${place}: ${quorum} people must say yes, but only ${deciders.length} may decide`);
  }
  if (edits && quorum > 1)
    throw new DurableFlowError(
      'DF_INVALID_DEFINITION',
      `${place}: edits and a quorum do not go together; each decider could mean other arguments`,
    );
  const expires = expiresIn === undefined ? undefined : milliseconds(expiresIn, `expiresIn of ${place}`);
  return { expiresIn: expires, onExpire, show, quorum, deciders, edits, onCodeChange };
}

function compensator(key: string, place: string, lookup: (key: string) => unknown): string {
  if (methodMetadata(lookup(key))) return key;
  throw new DurableFlowError(
    'DF_INVALID_DEFINITION',
    `${place}: @compensate names "${key}", which must be a method of the class with @step or @sideEffect`,
  );
}

function defineEffect(options: SideEffectOptions<Args>, place: string, lookup: (key: string) => unknown): EffectDefinition {
  const { idempotencyKey, reconcile, onInDoubt = 'ask' } = options;
  if (typeof idempotencyKey !== 'function')
    throw new DurableFlowError(
      'DF_INVALID_DEFINITION',
      `${place}: @sideEffect needs an idempotencyKey, a function of the arguments that names the effect`,
    );
  if (onInDoubt !== 'ask' && onInDoubt !== 'retry')
    throw new DurableFlowError('DF_INVALID_DEFINITION', `${place}: onInDoubt must be 'ask' or 'retry', not ${JSON.stringify(onInDoubt)}`);
  return { idempotencyKey, reconcile: reconcile === undefined ? undefined : reconciler(reconcile, place, lookup), onInDoubt };
}

function reconciler(key: string, place: string, lookup: (key: string) => unknown): Method {
  const method = lookup(key);
  // It may be a step in its own right; here it is a part of the effect.
  if (typeof method === 'function') return methodMetadata(method)?.original ?? (method as Method);
  throw new DurableFlowError('DF_INVALID_DEFINITION', `${place}: reconcile names "${key}", but the class has no such method`);
}

function checkBudget(options: ContextBudgetOptions<Args>, place: string): ContextBudgetOptions<Args> {
  if (typeof options.query !== 'function')
    throw new DurableFlowError('DF_INVALID_DEFINITION', `${place}: @contextBudget needs a query, a function of the arguments`);
  const { maxTokens, reserve = 0, minScore = 0, itemShare = 1 } = options;
  if (!Number.isInteger(maxTokens) || maxTokens < 1)
    throw new DurableFlowError('DF_INVALID_DEFINITION', `${place}: maxTokens must be a whole number above 0, not ${maxTokens}`);
  if (typeof reserve !== 'function' && !(Number.isInteger(reserve) && reserve >= 0 && reserve < maxTokens))
    throw new DurableFlowError(
      'DF_INVALID_DEFINITION',
      `${place}: reserve must be a whole number from 0 and below maxTokens, or a function, not ${reserve}`,
    );
  if (!Number.isFinite(minScore))
    throw new DurableFlowError('DF_INVALID_DEFINITION', `${place}: minScore must be a number, not ${minScore}`);
  if (!(itemShare > 0 && itemShare <= 1))
    throw new DurableFlowError('DF_INVALID_DEFINITION', `${place}: itemShare must be above 0 and at most 1, not ${itemShare}`);
  return options;
}

/** Also asked by the tool loop, which may run where nothing was registered. */
export function checkTool(
  { description, input, name, openWorld, whenTainted, ungated }: ToolOptions<unknown>,
  { key, sideEffect, approval }: MethodMetadata,
  place: string,
  lookup: (key: string) => unknown,
): void {
  const refuse = (what: string) => new DurableFlowError('DF_INVALID_DEFINITION', `${place}: ${what}`);
  if (typeof description !== 'string' || description === '')
    throw refuse('@tool needs a description, which is all that a model knows of it');
  if (typeof (input as Schema | undefined)?.['~standard']?.validate !== 'function')
    throw refuse('@tool needs an input schema, such as z.object({ … })');
  if (!/^[\w-]{1,64}$/.test(name ?? key)) throw refuse(`"${name ?? key}" is no name for a tool; use letters, digits, _ and -`);
  if (sideEffect && !approval && !ungated)
    throw refuse('a model could make this effect with nobody asked; add @approval, or ungated: true if it can harm nobody');
  if (whenTainted === undefined) return;
  if (!openWorld) throw refuse('whenTainted is for tools with openWorld: true');
  if (!methodMetadata(lookup(whenTainted))?.approval)
    throw refuse(`whenTainted names "${whenTainted}", which must be a method with @approval`);
}
