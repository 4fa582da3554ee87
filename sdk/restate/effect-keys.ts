import type { ObjectContext } from '@restatedev/restate-sdk';
import type { EffectIntent, IntentAnswer } from '../store/index.js';
import type { RestateSdk } from './load-sdk.js';
import { effectServiceOf } from './service-name.js';

/** One try of one effect of one run. */
export interface EffectTry {
  readonly runId: string;
  readonly intent: Pick<EffectIntent, 'call' | 'digest' | 'intendedAt'>;
}

/** What became of a try. */
export type EffectNews = EffectTry & {
  readonly news:
    /** Recorded, or an operator has said so: `value` is what the call returns or throws, if it is known. */
    | { readonly kind: 'done'; readonly outcome?: { readonly outcome: 'returned' | 'threw'; readonly value: string } | undefined }
    /** It has not happened, so its key is free. */
    | { readonly kind: 'free' }
    /** The run has ended, and nobody knows. */
    | { readonly kind: 'abandoned' };
};

/** Who has an effect key, and what came of it. */
export interface KeyHolder extends EffectTry {
  readonly state: 'intended' | 'done' | 'abandoned';
  readonly outcome?: { readonly outcome: 'returned' | 'threw'; readonly value: string } | undefined;
}

const isSame = (a: EffectTry, b: EffectTry) => a.runId === b.runId && a.intent.call === b.intent.call;

/** The answer to an intent, and who holds the key then: the rules of `EffectTable` in `sdk/sqlite`. */
export function intend(holder: KeyHolder | undefined, wanted: EffectTry): { readonly answer: IntentAnswer; readonly holder: KeyHolder } {
  const own: KeyHolder = { ...wanted, state: 'intended' };
  if (!holder || isSame(holder, wanted)) return { answer: { kind: 'begun' }, holder: own };
  if (holder.intent.digest !== wanted.intent.digest) return { answer: { kind: 'key_reused' }, holder };
  if (holder.outcome) return { answer: { kind: 'done', ...holder.outcome }, holder };
  if (holder.state === 'abandoned') return { answer: { kind: 'in_doubt' }, holder: own };
  return { answer: { kind: 'busy' }, holder };
}

/** Who holds the key after news; undefined if it is free. News of an earlier try, or of another run, changes nothing. */
export function settle(holder: KeyHolder | undefined, { runId, intent, news }: EffectNews): KeyHolder | undefined {
  if (!holder || !isSame(holder, { runId, intent }) || holder.intent.intendedAt !== intent.intendedAt) return holder;
  if (news.kind === 'free') return undefined;
  if (news.kind === 'abandoned') return holder.state === 'intended' ? { ...holder, state: 'abandoned' } : holder;
  return { ...holder, state: 'done', outcome: news.outcome ?? holder.outcome };
}

/** The virtual object that answers whether an effect may be made under a key, for all runs of a workflow. */
export function effectKeys({ object }: RestateSdk, workflow: string) {
  return object({
    name: effectServiceOf(workflow),
    handlers: {
      intend: async (ctx: ObjectContext, wanted: EffectTry): Promise<IntentAnswer> => {
        const { answer, holder } = intend((await ctx.get<KeyHolder>('holder')) ?? undefined, wanted);
        ctx.set('holder', holder);
        return answer;
      },
      settle: async (ctx: ObjectContext, news: EffectNews): Promise<void> => {
        const holder = settle((await ctx.get<KeyHolder>('holder')) ?? undefined, news);
        if (holder) ctx.set('holder', holder);
        else ctx.clear('holder');
      },
      /** What an imported run has made or tried already. */
      adopt: async (ctx: ObjectContext, holder: KeyHolder): Promise<void> => {
        if ((await ctx.get('holder')) === null) ctx.set('holder', holder);
      },
    },
  });
}

/** The name under which a key is kept. */
export const effectKeyName = (scope: string, key: string) => `${scope} ${key}`;
