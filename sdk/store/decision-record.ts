/**
 * How far a piece of material has come in one call. `observed`: the body has seen it. `retrieved`: offered to a budget that
 * was then not applied. `selected` and `rejected`: what the budget made of it. `consumed`: selected, and a model was really
 * asked with it. `influential`: the body credits it with the outcome.
 */
export type ArtifactState = 'observed' | 'retrieved' | 'selected' | 'rejected' | 'consumed' | 'influential';

/** A piece of material in one call, named by what its author calls it and by what it says. */
export interface ArtifactUse {
  /** The item's id, or `argument 0` for an argument of the call. */
  readonly reference: string;
  /** Digest of the text. */
  readonly digest: string;
  readonly state: ArtifactState;
  /** Why it was rejected. */
  readonly reason: string | undefined;
  readonly tokens: number | undefined;
  readonly score: number | undefined;
  /** Its place among the offered items by score, from 1. */
  readonly rank: number | undefined;
  readonly pinned: boolean;
  /** The text, if the flow was opened to keep it. */
  readonly content: string | undefined;
}

/** Tokens of one model call, as the provider reports them. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly reasoningTokens: number;
}

/** One question to a model, and what came of it. Money is in US dollars. */
export interface ModelCallRecord {
  /** The attempt of the method, from 1. */
  readonly attempt: number;
  /** What a router calls the model. */
  readonly target: string | undefined;
  readonly provider: string;
  /** The model that was asked, and the one that answered. */
  readonly model: string;
  readonly answeredBy: string | undefined;
  /** `answered`, the kind of the `ModelError`, or `unfinished` if the call was given up before the model had answered. */
  readonly outcome: string;
  readonly startedAt: number;
  readonly durationMs: number;
  /** Digest of the messages. */
  readonly promptDigest: string;
  readonly answerDigest: string | undefined;
  readonly usage: TokenUsage | undefined;
  /** Undefined if nobody knows: then it may have cost. */
  readonly costUsd: number | undefined;
  readonly chargedUsd: number | undefined;
  readonly maxTokens: number;
  readonly stopReason: string | undefined;
  readonly requestId: string | undefined;
  /** The messages and the answer as JSON, if the flow was opened to keep them. */
  readonly prompt: string | undefined;
  readonly answer: string | undefined;
}

/** What one call knew, and which models it asked. */
export interface DecisionRecord {
  readonly call: number;
  readonly method: string;
  readonly recordedAt: number;
  /** The ceiling of the prompt, what of it was kept free, and what the selected items take; undefined without `@contextBudget`. */
  readonly budget:
    { readonly maxTokens: number; readonly reserve: number; readonly tokens: number; readonly queryDigest: string } | undefined;
  /** In the order in which they were offered. */
  readonly artifacts: readonly ArtifactUse[];
  /** In the order in which they ended, those of failed attempts included. */
  readonly modelCalls: readonly ModelCallRecord[];
  /** It was made, and paid for, by the run that this one was forked from. */
  readonly inherited: boolean;
}

/** Which uses to find: of everything with this reference, or with this digest. Newest runs first. */
export interface ArtifactQuery {
  readonly reference?: string | undefined;
  readonly digest?: string | undefined;
  readonly limit?: number | undefined;
}

/** A piece of material in one call of some run. */
export interface FoundUse extends Pick<ArtifactUse, 'reference' | 'digest' | 'state' | 'reason'> {
  readonly runId: string;
  readonly workflow: string;
  readonly call: number;
  readonly method: string;
  readonly recordedAt: number;
}
