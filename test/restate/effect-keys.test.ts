import { describe, expect, it } from 'vitest';
import { intend, settle, type EffectNews, type EffectTry, type KeyHolder } from '../../sdk/restate/effect-keys.js';
import type { Claim, IntentAnswer } from '../../sdk/store/index.js';
import { SqliteStore } from '../../sdk/sqlite/index.js';
import { effectIntent, journalRecord, newRun, owner } from '../store/sample-records.js';

const tryOf = (runId: string, changes: Partial<EffectTry['intent']> = {}): EffectTry => ({
  runId,
  intent: { call: 0, digest: 'digest', intendedAt: 11, ...changes },
});
const news = (of: EffectTry, it: EffectNews['news']): EffectNews => ({ ...of, news: it });
const returned = { outcome: 'returned', value: '["paid"]' } as const;

/** A key after what has been said of it, in this order. */
function key(...said: readonly (EffectTry | EffectNews)[]) {
  let holder: KeyHolder | undefined;
  const answers: IntentAnswer[] = [];
  for (const it of said) {
    if ('news' in it) holder = settle(holder, it);
    else {
      const found = intend(holder, it);
      holder = found.holder;
      answers.push(found.answer);
    }
  }
  return { holder, last: answers.at(-1)! };
}

describe('a key', () => {
  const [a, b] = [tryOf('a'), tryOf('b')];

  it('is for one run at a time, which may try again', () => {
    expect(key(a, b).last).toEqual({ kind: 'busy' });
    expect(key(a, tryOf('a', { intendedAt: 20 })).last).toEqual({ kind: 'begun' });
    expect(key(a, tryOf('a', { call: 1 })).last).toEqual({ kind: 'busy' });
  });

  it('that is done has its outcome for every other run', () => {
    expect(key(a, news(a, { kind: 'done', outcome: returned }), b).last).toEqual({ kind: 'done', ...returned });
    const threw = { outcome: 'threw', value: '["no"]' } as const;
    expect(key(a, news(a, { kind: 'done', outcome: threw }), b).last).toEqual({ kind: 'done', ...threw });
  });

  it('is not for other arguments', () => {
    const other = tryOf('b', { digest: 'of other arguments' });
    expect(key(a, other).last).toEqual({ kind: 'key_reused' });
    expect(key(a, news(a, { kind: 'done', outcome: returned }), other).last).toEqual({ kind: 'key_reused' });
    expect(key(a, news(a, { kind: 'abandoned' }), other).last).toEqual({ kind: 'key_reused' });
  });

  it('that was taken back is free, for other arguments as well', () => {
    expect(key(a, news(a, { kind: 'free' })).holder).toBeUndefined();
    expect(key(a, news(a, { kind: 'free' }), tryOf('b', { digest: 'other' })).last).toEqual({ kind: 'begun' });
  });

  it('of a run that ended in the middle is in doubt for one other, and busy for the next', () => {
    const abandoned = [a, news(a, { kind: 'abandoned' }), b] as const;
    expect(key(...abandoned).last).toEqual({ kind: 'in_doubt' });
    expect(key(...abandoned, tryOf('c')).last).toEqual({ kind: 'busy' });
  });

  it('that was recorded is not abandoned by the end of its run', () => {
    expect(key(a, news(a, { kind: 'done', outcome: returned }), news(a, { kind: 'abandoned' }), b).last).toMatchObject({ kind: 'done' });
  });

  it('hears no news of another run, of another call, or of an earlier try', () => {
    const again = tryOf('a', { intendedAt: 20 });
    for (const late of [b, tryOf('a', { call: 7 }), a])
      for (const kind of ['free', 'abandoned', 'done'] as const)
        expect(key(a, again, news(late, kind === 'done' ? { kind, outcome: returned } : { kind })).holder).toMatchObject({
          ...again,
          state: 'intended',
        });
  });

  it('keeps the outcome that it has if an operator says without a value that it has happened', () => {
    expect(key(a, news(a, { kind: 'done', outcome: returned }), news(a, { kind: 'done' }), b).last).toEqual({ kind: 'done', ...returned });
    // Nobody knows what came of it, so nobody else may take it for done.
    expect(key(a, news(a, { kind: 'done' }), b).last).toEqual({ kind: 'busy' });
  });
});

describe('the rules of keys are those of a file', () => {
  const at = (n: number) => 10 + n;
  /** What happens to the key of run `a`, before run `b` asks for it. */
  const stories = {
    'nothing yet': [],
    recorded: ['append'],
    'taken back': ['withdraw'],
    'ended in the middle': ['finish'],
    'diverged in the middle': ['diverge'],
    'an operator: it has happened': ['resolve yes'],
    'an operator: it has not': ['resolve no'],
  } as const;

  it.each(Object.entries(stories))('%s', async (_name, steps) => {
    const store = new SqliteStore(':memory:');
    const claims: Claim[] = [];
    for (const id of ['a', 'b']) {
      const its = owner(id);
      const joined = Promise.all([store.join(its), store.start(newRun(id))]);
      store.flush();
      await joined;
      const claim = store.claim(id, its.id, 20);
      store.flush();
      claims.push((await claim)!);
    }
    const [one, other] = claims as [Claim, Claim];
    const intent = effectIntent(0);
    const said: (EffectTry | EffectNews)[] = [tryOf('a')];
    const begun = store.intend(one.lease, intent);
    store.flush();
    expect(await begun).toEqual({ kind: 'begun' });
    for (const [n, step] of steps.entries()) {
      const record = journalRecord(0);
      if (step === 'append') {
        void store.append(one.lease, record, { effect: 'done' });
        said.push(news(tryOf('a'), { kind: 'done', outcome: { outcome: record.outcome, value: record.value } }));
      }
      if (step === 'withdraw') {
        void store.withdraw(one.lease, 0, at(n));
        said.push(news(tryOf('a'), { kind: 'free' }));
      }
      if (step === 'finish') {
        void store.finish(one.lease, { status: 'failed', outcome: '[]', at: at(n) });
        said.push(news(tryOf('a'), { kind: 'abandoned' }));
      }
      if (step === 'diverge') void store.finish(one.lease, { status: 'diverged', outcome: '[]', at: at(n) });
      if (step === 'resolve yes' || step === 'resolve no') {
        const happened = step === 'resolve yes';
        void store.park(one.lease, { status: 'in_doubt', calls: [0], wakeAt: undefined, at: at(n) });
        store.flush();
        void store.resolve('a', 0, { happened, value: happened ? returned.value : undefined, by: 'ann', at: at(n) });
        said.push(news(tryOf('a'), happened ? { kind: 'done', outcome: returned } : { kind: 'free' }));
      }
      store.flush();
    }
    const asked = store.intend(other.lease, intent);
    store.flush();
    const answer = await asked;
    expect(key(...said, tryOf('b')).last).toEqual(answer);
    await store.close();
  });
});
