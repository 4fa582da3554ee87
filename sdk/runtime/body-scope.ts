import type { PromptCeiling } from '../context/index.js';
import type { CallReceiver } from '../definition/current-run.js';
import type { MethodDefinition } from '../definition/method-definition.js';
import type { Method, MethodMetadata } from '../definition/method-metadata.js';
import { DurableFlowError } from '../errors/index.js';
import type { JournalRecord } from '../journal/index.js';
import type { SqlDatabase } from '../store/index.js';
import type { Telemetry } from '../telemetry/index.js';
import type { DecisionDraft } from './decision-draft.js';

/** Commits the author's writes together with the record of the step. */
export type Transact = (work: (db: SqlDatabase) => unknown) => Promise<JournalRecord>;

/** Where in which run an attempt stands. */
export interface BodyPlace {
  readonly run: { readonly id: string; readonly workflow: string };
  readonly call: number;
  readonly method: string;
  readonly telemetry: Telemetry;
}

/** What an attempt is made with. */
export interface BodyFacts {
  readonly effectKey?: string | undefined;
  readonly transact?: Transact | undefined;
  readonly place?: BodyPlace;
  readonly ceiling?: PromptCeiling | undefined;
  /** From 1. */
  readonly attempt?: number;
  /** What the call puts on record of what it knows; made when it is first asked for. */
  readonly decision?: () => DecisionDraft;
}

/** The inside of one attempt: what `effectKey()` and `abortSignal()` answer there, and where a nested durable call is refused. */
export class BodyScope implements CallReceiver {
  readonly effectKey: string | undefined;
  readonly transact: Transact | undefined;
  readonly place: BodyPlace | undefined;
  /** What a prompt of this attempt may have at the most; undefined without `@contextBudget`. */
  readonly ceiling: PromptCeiling | undefined;
  readonly attempt: number;
  readonly decision: (() => DecisionDraft) | undefined;
  onHeartbeat: (() => void) | undefined;
  readonly #method: MethodDefinition;
  readonly #instance: unknown;
  #controller: AbortController | undefined;
  #abortReason: { reason: unknown } | undefined;

  constructor(method: MethodDefinition, instance: unknown, { effectKey, transact, place, ceiling, attempt = 1, decision }: BodyFacts) {
    this.#method = method;
    this.#instance = instance;
    this.effectKey = effectKey;
    this.transact = transact;
    this.place = place;
    this.ceiling = ceiling;
    this.attempt = attempt;
    this.decision = decision;
  }

  call(_wrapper: Method, metadata: MethodMetadata, instance: unknown, args: readonly unknown[]): unknown {
    // `super.method()` in a decorated override is a part of the same call.
    if (instance === this.#instance && metadata.key === this.#method.key) return metadata.original.apply(instance, args as unknown[]);
    return Promise.reject(new DurableFlowError('DF_NESTED_CALL', `${metadata.key}() was called in the body of ${this.#method.key}()`));
  }

  /** Made when it is first asked for: most bodies never do. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#abortReason) this.#controller.abort(this.#abortReason.reason);
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#abortReason ??= { reason };
    this.#controller?.abort(reason);
  }
}
