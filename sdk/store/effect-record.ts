/**
 * How far an effect has come. `intended`: it may or may not have happened. `done` and `failed`: recorded by its run.
 * `confirmed` and `denied`: an operator said that it has, or has not, happened. `abandoned`: its run ended before anybody
 * knew, and another run with the same key has taken the question over.
 */
export type EffectState = 'intended' | 'done' | 'failed' | 'confirmed' | 'denied' | 'abandoned';

/** An effect on the outside world: its intent and what became of it. Times in milliseconds since the epoch. */
export interface EffectRecord {
  readonly runId: string;
  readonly call: number;
  readonly method: string;
  /** Keys are unique within a scope: the workflow and the method. */
  readonly scope: string;
  readonly key: string;
  /** Digest of the arguments. */
  readonly digest: string;
  readonly state: EffectState;
  /** The encoded return value that an operator gave with `confirmed`. */
  readonly value: string | undefined;
  readonly intendedAt: number;
  readonly settledAt: number | undefined;
  readonly resolvedBy: string | undefined;
}

/** An effect that is about to be tried. */
export type EffectIntent = Pick<EffectRecord, 'call' | 'method' | 'scope' | 'key' | 'digest' | 'intendedAt'>;

/**
 * What the store answers to an intent: it is on disk, so go on; the effect was done already under this key, here is
 * what came of it (encoded); a run that has ended has left it in doubt, so the intent is on disk, but find out first;
 * another run is at it; or the key stands for other arguments.
 */
export type IntentAnswer =
  | { readonly kind: 'begun' }
  | { readonly kind: 'done'; readonly outcome: 'returned' | 'threw'; readonly value: string }
  | { readonly kind: 'in_doubt' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'key_reused' };

/** An operator's word on an effect in doubt. */
export interface EffectResolution {
  readonly happened: boolean;
  /** The encoded value that the call shall return, if it happened. */
  readonly value: string | undefined;
  readonly by: string | undefined;
  readonly at: number;
  /** The intent that the operator has looked for, if he says so: the word is not on a later one. */
  readonly intendedAt?: number | undefined;
}
