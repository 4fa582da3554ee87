import type { Lease, Store } from 'durableflow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encode } from '../../sdk/journal/index.js';
import { errorCode } from '../fixtures/rejection.js';
import { approvalRequest, decisionRecord, effectIntent, journalRecord, newRun, owner, receipt } from './sample-records.js';

/** Opens a store; called twice for the same place, a second connection to the same data. */
export interface StoreUnderTest {
  open(): Store;
  /** Whether a second `open()` sees the data of the first. */
  readonly shared: boolean;
  dispose(): void;
}

/** What every adapter of the `Store` port must do. */
export function storeConformance(name: string, make: () => StoreUnderTest): void {
  describe(`${name} keeps the Store contract`, () => {
    let place: StoreUnderTest;
    let store: Store;

    beforeEach(async () => {
      place = make();
      store = place.open();
      await store.join(owner('me'));
      await store.join(owner('other'));
    });

    afterEach(async () => {
      await store.close();
      place.dispose();
    });

    /** A run that `me` executes. */
    async function leased(id = 'r'): Promise<Lease> {
      const started = await store.start(newRun(id, { owner: 'me' }));
      if (started.kind !== 'started' || !started.lease) throw new Error('expected a lease');
      return started.lease;
    }

    async function waiting(id = 'r', wakeAt?: number): Promise<Lease> {
      const lease = await leased(id);
      await store.park(lease, { status: 'waiting', calls: [0], wakeAt, at: 20 });
      return lease;
    }

    async function inDoubt(id = 'r'): Promise<Lease> {
      const lease = await leased(id);
      await store.intend(lease, effectIntent(0, { key: `key of ${id}` }));
      await store.park(lease, { status: 'in_doubt', calls: [0], wakeAt: undefined, at: 20 });
      return lease;
    }

    describe('start', () => {
      it('leaves a run without an owner pending, for anyone', async () => {
        expect(await store.start(newRun('r'))).toEqual({ kind: 'started', lease: undefined });
        expect(store.run('r')).toMatchObject({ id: 'r', workflow: 'w', version: '1', status: 'pending', epoch: 0, owner: undefined });
      });

      it('leases a run with an owner to it', async () => {
        expect(await leased()).toMatchObject({ runId: 'r', epoch: 1 });
        expect(store.run('r')).toMatchObject({ status: 'running', owner: 'me', epoch: 1, createdAt: 10, updatedAt: 10 });
      });

      it('answers with the run that has the id already, in the same turn too', async () => {
        const [first, second] = await Promise.all([store.start(newRun('r')), store.start(newRun('r', { input: encode('other', '') }))]);
        expect(first.kind).toBe('started');
        expect(second).toMatchObject({ kind: 'exists', run: { id: 'r', input: newRun('r').input } });
        expect(store.runs({})).toHaveLength(1);
      });
    });

    describe('claim', () => {
      it('takes a pending run, once', async () => {
        await store.start(newRun('r'));
        const claims = await Promise.all([store.claim('r', 'me', 20), store.claim('r', 'other', 20)]);
        expect(claims[0]).toMatchObject({ lease: { runId: 'r', epoch: 1 }, run: { status: 'running', owner: 'me', epoch: 1 } });
        expect(claims[1]).toBeUndefined();
      });

      it('does not take a run whose owner is alive', async () => {
        await leased();
        expect(await store.claim('r', 'other', 20)).toBeUndefined();
      });

      it('takes a run whose owner has not been heard of for too long, or has left', async () => {
        await leased();
        expect(await store.claim('r', 'other', owner('me').expiresAt)).toMatchObject({ lease: { epoch: 2 } });
        await store.leave('other');
        expect(await store.claim('r', 'me', 20)).toMatchObject({ lease: { epoch: 3 } });
      });

      it('tells since when the run could go on, or when it was taken by whoever never gave it back', async () => {
        await leased();
        const { updatedAt } = store.run('r')!;
        const { expiresAt } = owner('me');
        expect(await store.claim('r', 'other', expiresAt)).toMatchObject({ dueAt: undefined, lostAt: updatedAt });
        await store.leave('other');
        const { lease, ...third } = (await store.claim('r', 'me', 20))!;
        expect(third).toMatchObject({ dueAt: undefined, lostAt: expiresAt });
        await store.release(lease, 30);
        expect(await store.claim('r', 'me', 31)).toMatchObject({ dueAt: 30, lostAt: undefined });
        await store.leave('me', true);
        expect(await store.claim('r', 'other', 32)).toMatchObject({ dueAt: 31, lostAt: undefined });
        await waiting('asleep', 50);
        expect(await store.claim('asleep', 'other', 60)).toMatchObject({ dueAt: 50, lostAt: undefined });
      });

      it('takes a run whose owner is unknown', async () => {
        await store.start(newRun('r', { owner: 'stranger' }));
        expect(await store.claim('r', 'me', 20)).toMatchObject({ lease: { epoch: 2 } });
      });

      it('takes a waiting run when it is due, not before, and never one without a time', async () => {
        await waiting('timed', 100);
        await waiting('untimed');
        expect(await store.claim('timed', 'other', 99)).toBeUndefined();
        expect(await store.claim('timed', 'other', 100)).toMatchObject({ run: { status: 'running', wakeAt: undefined } });
        expect(await store.claim('untimed', 'other', 1e12)).toBeUndefined();
      });

      it('does not take a run in doubt, an ended or an unknown one', async () => {
        await inDoubt('doubt');
        await store.finish(await leased('done'), { status: 'completed', outcome: '1', at: 20 });
        for (const id of ['doubt', 'done', 'nobody']) expect(await store.claim(id, 'other', 30)).toBeUndefined();
      });

      it('hands over the journal, the approvals and the effects', async () => {
        const lease = await leased();
        await store.append(lease, journalRecord(0));
        await store.intend(lease, effectIntent(1));
        await store.requestApproval(lease, approvalRequest(2));
        await store.release(lease, 20);
        const claim = await store.claim('r', 'other', 30);
        expect(claim!.journal).toEqual([journalRecord(0)]);
        expect(claim!.effects).toEqual([expect.objectContaining({ ...effectIntent(1), state: 'intended', runId: 'r' })]);
        expect(claim!.approvals).toEqual([
          expect.objectContaining({ ...approvalRequest(2), runId: 'r', workflow: 'w', verdict: undefined }),
        ]);
      });
    });

    describe('a lease that is over', () => {
      const verbs: readonly [name: string, write: (store: Store, lease: Lease) => Promise<unknown>][] = [
        ['append', (it, lease) => it.append(lease, journalRecord(0))],
        ['intend', (it, lease) => it.intend(lease, effectIntent(0))],
        ['withdraw', (it, lease) => it.withdraw(lease, 0, 30)],
        ['requestApproval', (it, lease) => it.requestApproval(lease, approvalRequest(0))],
        ['park', (it, lease) => it.park(lease, { status: 'waiting', calls: [], wakeAt: undefined, at: 30 })],
        ['release', (it, lease) => it.release(lease, 30)],
        ['finish', (it, lease) => it.finish(lease, { status: 'completed', outcome: '1', at: 30 })],
      ];

      it.each(verbs)('cannot %s after another claim, and changes nothing', async (_name, write) => {
        const lease = await leased();
        await store.claim('r', 'other', owner('me').expiresAt);
        const before = [store.run('r'), store.journal('r'), store.effects('r'), store.approvals({})];
        expect(await errorCode(write(store, lease))).toBe('DF_FENCED');
        expect([store.run('r'), store.journal('r'), store.effects('r'), store.approvals({})]).toEqual(before);
      });

      it.each(verbs)('cannot %s after it was given up, parked or ended, even if nobody has claimed since', async (_name, write) => {
        const released = await leased('released');
        await store.release(released, 20);
        const parked = await waiting('parked');
        const ended = await leased('ended');
        await store.finish(ended, { status: 'failed', outcome: '1', at: 20 });
        for (const lease of [released, parked, ended]) expect(await errorCode(write(store, lease))).toBe('DF_FENCED');
      });

      it('takes no other write of the same turn with it', async () => {
        const over = await leased('over');
        const good = await leased('good');
        await store.claim('over', 'other', owner('me').expiresAt);
        const [first, refused, last] = await Promise.allSettled([
          store.append(good, journalRecord(0)),
          store.append(over, journalRecord(0)),
          store.append(good, journalRecord(1)),
        ]);
        expect([first.status, refused.status, last.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        expect(store.journal('good')).toEqual([journalRecord(0), journalRecord(1)]);
        expect(store.journal('over')).toEqual([]);
      });
    });

    describe('the journal', () => {
      it('keeps its records as they were, in the order of seq', async () => {
        const lease = await leased();
        const records = [2, 0, 1].map((call, seq) => ({ ...journalRecord(call), seq, value: encode({ call, text: '\u2603 \ud800' }, '') }));
        await Promise.all(records.map((record) => store.append(lease, record)));
        expect(store.journal('r')).toEqual(records);
        expect(store.journal('nobody')).toEqual([]);
      });

      it('keeps a large value whole', async () => {
        const lease = await leased();
        const record = { ...journalRecord(0), value: encode('x'.repeat(3_000_000), '') };
        await store.append(lease, record);
        expect(store.journal('r')).toEqual([record]);
      });
    });

    describe('park', () => {
      it('gives the lease up', async () => {
        const lease = await leased();
        expect(await store.park(lease, { status: 'waiting', calls: [0], wakeAt: 50, at: 20 })).toBe('parked');
        expect(store.run('r')).toMatchObject({ status: 'waiting', owner: undefined, wakeAt: 50, updatedAt: 20 });
      });

      it('is ready at once if one of its gates was decided meanwhile', async () => {
        const lease = await leased();
        await store.requestApproval(lease, approvalRequest(3));
        const [gate] = store.approvals({});
        await store.decide(gate!.id, { verdict: 'approved', by: 'ann', reason: undefined, at: 15 });
        expect(await store.park(lease, { status: 'waiting', calls: [3], wakeAt: undefined, at: 20 })).toBe('ready');
        expect(store.run('r')!.status).toBe('pending');
      });

      it('is not made ready by a decision on a call that does not wait', async () => {
        const lease = await leased();
        await store.requestApproval(lease, approvalRequest(3));
        await store.decide(store.approvals({})[0]!.id, { verdict: 'approved', by: 'ann', reason: undefined, at: 15 });
        expect(await store.park(lease, { status: 'waiting', calls: [4], wakeAt: undefined, at: 20 })).toBe('parked');
      });

      it('is ready at once if the run was asked to be cancelled', async () => {
        const lease = await leased();
        await store.cancel('r', 'why', '"e"', 15);
        expect(await store.park(lease, { status: 'waiting', calls: [0], wakeAt: undefined, at: 20 })).toBe('ready');
      });

      it('and a decision of the same turn meet in either order', async () => {
        for (const first of ['park', 'decide'] as const) {
          const lease = await leased(first);
          await store.requestApproval(lease, approvalRequest(0));
          const { id } = store.approvals({ runId: first })[0]!;
          const park = () => store.park(lease, { status: 'waiting', calls: [0], wakeAt: undefined, at: 20 });
          const decide = () => store.decide(id, { verdict: 'approved', by: 'ann', reason: undefined, at: 20 });
          const [parked] = await (first === 'park'
            ? Promise.all([park(), decide()])
            : Promise.all([decide(), park()]).then(([d, p]) => [p, d]));
          expect(parked).toBe(first === 'park' ? 'parked' : 'ready');
          expect(store.run(first)!.status).toBe('pending');
        }
      });
    });

    describe('decide', () => {
      async function gate(id = 'r') {
        const lease = await leased(id);
        await store.requestApproval(lease, approvalRequest(0));
        await store.park(lease, { status: 'waiting', calls: [0], wakeAt: undefined, at: 20 });
        return store.approvals({ runId: id })[0]!;
      }
      const yes = { verdict: 'approved', by: 'ann', reason: 'good', at: 30 } as const;

      it('records the first decision and wakes the run', async () => {
        const { id } = await gate();
        expect(await Promise.all([store.decide(id, yes), store.decide(id, { ...yes, verdict: 'rejected', by: 'bob' })])).toEqual([
          'recorded',
          'decided',
        ]);
        expect(store.approval(id)).toMatchObject({ verdict: 'approved', decidedBy: 'ann', decidedAt: 30, reason: 'good' });
        expect(store.run('r')!.status).toBe('pending');
      });

      it('compares the digest that was read', async () => {
        const { id, digest } = await gate();
        expect(await store.decide(id, { ...yes, digest: `${digest}?` })).toBe('changed');
        expect(store.approval(id)!.verdict).toBeUndefined();
        expect(await store.decide(id, { ...yes, digest })).toBe('recorded');
      });

      it('refuses what is unknown, and gates of ended runs', async () => {
        const { id } = await gate();
        await store.cancel('r', 'why', '"e"', 40);
        expect(await store.decide(id, yes)).toBe('ended');
        expect(await store.decide(id + 1000, yes)).toBe('unknown');
      });

      it('keeps one request a call, and lists the open ones', async () => {
        const lease = await leased('twice');
        await store.requestApproval(lease, approvalRequest(0));
        await store.requestApproval(lease, { ...approvalRequest(0), show: 'another' });
        const other = await gate('other');
        expect(store.approvals({ runId: 'twice' })).toHaveLength(1);
        expect(store.approvals({ open: true })).toHaveLength(2);
        await store.decide(other.id, yes);
        expect(store.approvals({ open: true }).map(({ runId }) => runId)).toEqual(['twice']);
        expect(store.approvals({}).map(({ runId }) => runId)).toEqual(['twice', 'other']);
        expect(store.approvals({ runId: 'other', open: true })).toEqual([]);
        expect(store.approval(-1)).toBeUndefined();
      });
    });

    describe('effects', () => {
      it('are done in the commit of their record', async () => {
        const lease = await leased();
        expect(await store.intend(lease, effectIntent(0))).toEqual({ kind: 'begun' });
        await store.append(lease, journalRecord(0), receipt('done'));
        expect(store.effects('r')).toEqual([expect.objectContaining({ state: 'done', settledAt: journalRecord(0).endedAt })]);
      });

      it('under a key that is done answer with its value', async () => {
        const lease = await leased();
        await store.intend(lease, effectIntent(0));
        await store.append(lease, journalRecord(0), receipt('done'));
        expect(await store.intend(await leased('again'), effectIntent(5))).toEqual({
          kind: 'done',
          outcome: 'returned',
          value: journalRecord(0).value,
        });
        expect(store.effects('again')).toEqual([]);
      });

      it('under a key that another run, or another call, is at are busy', async () => {
        const lease = await leased();
        await store.intend(lease, effectIntent(0));
        expect(await store.intend(await leased('again'), effectIntent(0))).toEqual({ kind: 'busy' });
        expect(await store.intend(lease, effectIntent(1))).toEqual({ kind: 'busy' });
        // The very same call may ask again.
        expect(await store.intend(lease, effectIntent(0))).toEqual({ kind: 'begun' });
      });

      it('under a key whose effect happened but threw answer with what it threw', async () => {
        const lease = await leased();
        await store.intend(lease, effectIntent(0));
        await store.append(lease, { ...journalRecord(0), outcome: 'threw' }, receipt('done'));
        expect(await store.intend(await leased('again'), effectIntent(0))).toEqual({
          kind: 'done',
          outcome: 'threw',
          value: journalRecord(0).value,
        });
      });

      it('left in doubt by a run that has ended are handed on with their doubt; those of a diverged run are not', async () => {
        await inDoubt();
        await store.cancel('r', 'why', '"e"', 30);
        const again = await leased('again');
        expect(await store.intend(again, effectIntent(4, { key: 'key of r' }))).toEqual({ kind: 'in_doubt' });
        expect([store.effects('r')[0]!.state, store.effects('again')[0]!.state]).toEqual(['abandoned', 'intended']);
        const diverged = await leased('diverged');
        await store.intend(diverged, effectIntent(0, { key: 'kept' }));
        await store.finish(diverged, { status: 'diverged', outcome: '"d"', at: 30 });
        expect(await store.intend(again, effectIntent(5, { key: 'kept' }))).toEqual({ kind: 'busy' });
      });

      it('under a key that stands for other arguments are refused', async () => {
        const lease = await leased();
        await store.intend(lease, effectIntent(0));
        expect(await store.intend(await leased('again'), effectIntent(0, { digest: 'other' }))).toEqual({ kind: 'key_reused' });
      });

      it('free their key when they are withdrawn or have failed', async () => {
        const lease = await leased();
        await store.intend(lease, effectIntent(0));
        await store.withdraw(lease, 0, 20);
        expect(store.effects('r')[0]!.state).toBe('failed');
        const second = await leased('second');
        expect(await store.intend(second, effectIntent(0, { digest: 'other' }))).toEqual({ kind: 'begun' });
        await store.append(second, journalRecord(0), receipt('failed'));
        expect(await store.intend(lease, effectIntent(0))).toEqual({ kind: 'begun' });
      });

      it('keep their keys apart by scope', async () => {
        const lease = await leased();
        await store.intend(lease, effectIntent(0));
        expect(await store.intend(lease, effectIntent(1, { scope: 'w/other', digest: 'other' }))).toEqual({ kind: 'begun' });
      });

      it('in doubt are resolved once', async () => {
        await inDoubt();
        const word = { happened: true, value: '"v"', by: 'ann', at: 30 };
        expect(await store.resolve('nobody', 0, word)).toBe('unknown');
        expect(await store.resolve('r', 1, word)).not.toBe('recorded');
        expect(await Promise.all([store.resolve('r', 0, word), store.resolve('r', 0, { ...word, happened: false })])).toEqual([
          'recorded',
          expect.not.stringMatching('recorded'),
        ]);
        expect(store.effects('r')[0]).toMatchObject({ state: 'confirmed', value: '"v"', resolvedBy: 'ann', settledAt: 30 });
        expect(store.run('r')!.status).toBe('pending');
      });

      it('that an operator confirmed or denied answer for their key', async () => {
        await inDoubt('yes');
        await inDoubt('no');
        await store.resolve('yes', 0, { happened: true, value: '"v"', by: 'ann', at: 30 });
        await store.resolve('no', 0, { happened: false, value: undefined, by: 'ann', at: 30 });
        const again = await leased('again');
        expect(await store.intend(again, effectIntent(0, { key: 'key of yes' }))).toEqual({
          kind: 'done',
          outcome: 'returned',
          value: '"v"',
        });
        expect(await store.intend(again, effectIntent(0, { key: 'key of no' }))).toEqual({ kind: 'begun' });
      });
    });

    describe('decisions', () => {
      it('are recorded in the commit of their record, of their transaction, or before there is either', async () => {
        const lease = await leased();
        await store.append(lease, journalRecord(0), undefined, decisionRecord(0));
        await store.transact(
          lease,
          () => 1,
          () => journalRecord(1),
          () => decisionRecord(1),
        );
        await store.noteDecision(lease, decisionRecord(2));
        expect(store.decisions('r')).toEqual([0, 1, 2].map((call) => decisionRecord(call)));
        expect(store.decisions('unknown')).toEqual([]);
      });

      it('are not recorded with a write that is refused', async () => {
        const lease = await leased();
        const fenced = { ...lease, epoch: 7 };
        expect(await errorCode(store.append(fenced, journalRecord(0), undefined, decisionRecord(0)))).toBe('DF_FENCED');
        expect(await errorCode(store.noteDecision(fenced, decisionRecord(0)))).toBe('DF_FENCED');
        const failing = store.transact(
          lease,
          () => {
            throw new Error('no');
          },
          () => journalRecord(0),
          () => decisionRecord(0),
        );
        await expect(failing).rejects.toThrow('no');
        expect(store.decisions('r')).toEqual([]);
      });

      it('told again replace their material, and add to their model calls', async () => {
        const lease = await leased();
        const first = decisionRecord(0);
        await store.noteDecision(lease, { ...first, artifacts: [...first.artifacts, { ...first.artifacts[0]!, reference: 'gone' }] });
        await store.append(lease, journalRecord(0), undefined, { ...first, recordedAt: 13, budget: undefined });
        const modelCalls = [...first.modelCalls, ...first.modelCalls];
        expect(store.decisions('r')).toEqual([{ ...first, recordedAt: 13, budget: undefined, modelCalls }]);
        expect(store.uses({ reference: 'gone' })).toEqual([]);
      });

      it('are found by what they knew, newest runs first', async () => {
        await store.append(await leased('a'), journalRecord(0), undefined, decisionRecord(0));
        await store.append(await leased('b'), journalRecord(0), undefined, decisionRecord(0));
        const use = { reference: 'item', digest: 'digest of item', state: 'rejected', reason: 'over_budget', workflow: 'w', call: 0, method: 'method', recordedAt: 12 }; // prettier-ignore
        const both = ['b', 'a'].map((runId) => ({ ...use, runId }));
        expect(store.uses({ reference: 'item' })).toEqual(both);
        expect(store.uses({ digest: 'digest of item' })).toEqual(both);
        expect(store.uses({ reference: 'item', digest: 'digest of item', limit: 1 })).toEqual(both.slice(0, 1));
        expect(store.uses({ reference: 'item', digest: 'another' })).toEqual([]);
      });

      it('go with forks as inherited, as far as their records do, and are deleted with their run', async () => {
        const lease = await leased();
        for (const call of [0, 1]) await store.append(lease, journalRecord(call), undefined, decisionRecord(call));
        await store.noteDecision(lease, decisionRecord(2));
        await store.fork('r', 'forked', 1, 20);
        expect(store.decisions('forked')).toEqual([{ ...decisionRecord(0), inherited: true }]);
        await store.finish(lease, { status: 'completed', outcome: encode(1, ''), at: 30 });
        expect(await store.prune({ before: 40, limit: 10 })).toBe(1);
        expect(store.decisions('r')).toEqual([]);
        expect(store.uses({ reference: 'item' })).toMatchObject([{ runId: 'forked' }]);
      });
    });

    describe('children', () => {
      const child = (id: string, detached: boolean) => store.start(newRun(id, { parent: { runId: 'r', call: 3, detached } }));

      it('are known with the call that started them', async () => {
        await leased();
        await child('one', false);
        await child('two', true);
        expect(store.children('r').map(({ run, ...it }) => ({ id: run.id, ...it }))).toEqual([
          { id: 'one', call: 3, detached: false },
          { id: 'two', call: 3, detached: true },
        ]);
      });

      it.each([
        { status: 'cancelled', asked: ['one'] },
        { status: 'failed', asked: [] },
      ] as const)('are asked to stop in the commit of an end as $status, the detached ones never: $asked', async ({ status, asked }) => {
        const lease = await leased();
        await child('one', false);
        await child('two', true);
        await store.finish(lease, { status, outcome: encode('over', ''), at: 40 });
        expect(['one', 'two'].filter((id) => store.run(id)!.cancelReason !== undefined)).toEqual(asked);
      });
    });

    describe('cancel', () => {
      it('ends every run that nobody executes', async () => {
        await store.start(newRun('pending'));
        await waiting('waiting');
        await waiting('due', 5);
        await inDoubt('in_doubt');
        const diverged = await leased('diverged');
        await store.finish(diverged, { status: 'diverged', outcome: '"d"', at: 20 });
        await store.start(newRun('orphaned', { owner: 'stranger' }));
        for (const id of ['pending', 'waiting', 'due', 'in_doubt', 'diverged', 'orphaned']) {
          expect(await store.cancel(id, 'why', '"e"', 30)).toBe('cancelled');
          expect(store.run(id)).toMatchObject({
            status: 'cancelled',
            outcome: '"e"',
            cancelReason: 'why',
            wakeAt: undefined,
            owner: undefined,
          });
        }
      });

      it('asks the process that executes a run; the first reason stands', async () => {
        const lease = await leased();
        expect(await store.cancel('r', 'first', '"e"', 30)).toBe('requested');
        expect(await store.cancel('r', 'second', '"e"', 31)).toBe('requested');
        expect(store.cancelRequests('me')).toEqual([{ runId: 'r', reason: 'first' }]);
        expect(store.cancelRequests('other')).toEqual([]);
        await store.finish(lease, { status: 'cancelled', outcome: '"e"', at: 32 });
        expect(store.cancelRequests('me')).toEqual([]);
      });

      it('says of an ended or unknown run that it cannot', async () => {
        for (const status of ['completed', 'failed', 'rejected', 'cancelled'] as const) {
          await store.finish(await leased(status), { status, outcome: '1', at: 20 });
          expect(await store.cancel(status, 'why', '"e"', 30)).toBe('ended');
          expect(store.run(status)!.status).toBe(status);
        }
        expect(await store.cancel('nobody', 'why', '"e"', 30)).toBe('unknown');
      });
    });

    describe('reopen', () => {
      it('makes a diverged run claimable again, and no other', async () => {
        await store.finish(await leased('diverged'), { status: 'diverged', outcome: '"d"', at: 20 });
        await store.finish(await leased('failed'), { status: 'failed', outcome: '"f"', at: 20 });
        expect(await store.reopen('diverged', 30)).toBe(true);
        expect(await store.reopen('failed', 30)).toBe(false);
        expect(await store.reopen('nobody', 30)).toBe(false);
        expect(store.run('diverged')).toMatchObject({ status: 'pending', outcome: undefined });
        expect(await store.claim('diverged', 'me', 40)).toBeDefined();
      });
    });

    describe('claimable', () => {
      it('lists what can be claimed of the given definitions, oldest first, up to the limit', async () => {
        for (const id of ['a', 'b', 'c']) await store.start(newRun(id));
        await store.start(newRun('elsewhere', { workflow: 'x' }));
        await store.start(newRun('newer', { version: '2' }));
        await waiting('due', 100);
        await waiting('never');
        await store.start(newRun('orphaned', { owner: 'stranger' }));
        await leased('held');
        const claimable = (at: number, limit: number) => store.claimable(['w@1'], at, limit);
        expect(claimable(50, 10).sort()).toEqual(['a', 'b', 'c', 'orphaned']);
        expect(claimable(50, 10).filter((id) => id.length === 1)).toEqual(['a', 'b', 'c']);
        expect(claimable(100, 10).sort()).toEqual(['a', 'b', 'c', 'due', 'orphaned']);
        expect(claimable(100, 2)).toHaveLength(2);
        expect(store.claimable(['w@2', 'x@1'], 50, 10)).toEqual(['elsewhere', 'newer']);
        expect(store.claimable([], 50, 10)).toEqual([]);
      });

      it('lists nothing that a claim would not get', async () => {
        for (const id of ['a', 'b']) await store.start(newRun(id));
        await waiting('due', 40);
        for (const id of store.claimable(['w@1'], 50, 10)) expect(await store.claim(id, 'me', 50)).toBeDefined();
        expect(store.claimable(['w@1'], 50, 10)).toEqual([]);
      });
    });

    it('knows when time alone will wake a run next', async () => {
      expect(store.nextWake(0)).toBeUndefined();
      await waiting('a', 300);
      await waiting('b', 200);
      expect(store.nextWake(100)).toBe(200);
      expect(store.nextWake(200)).toBe(300);
      expect(store.nextWake(300)).toBeUndefined();
    });

    describe('owners', () => {
      it('are kept alive by their heartbeat', async () => {
        await leased();
        const { expiresAt } = owner('me');
        await store.heartbeat('me', expiresAt + 1000);
        expect(store.owners()).toEqual(expect.arrayContaining([{ ...owner('me'), expiresAt: expiresAt + 1000 }, owner('other')]));
        expect(await store.claim('r', 'other', expiresAt + 999)).toBeUndefined();
        expect(await store.claim('r', 'other', expiresAt + 1000)).toBeDefined();
      });

      it('that leave give all their running runs back, and only those', async () => {
        await leased('a');
        await leased('b');
        await waiting('parked');
        expect(await store.leave('me')).toBe(2);
        expect(store.owners().map(({ id }) => id)).toEqual(['other']);
        expect([store.run('a')!.status, store.run('b')!.status, store.run('parked')!.status]).toEqual(['pending', 'pending', 'waiting']);
        expect(await store.leave('me')).toBe(0);
      });
    });

    it('tells of queues: their limits, and who waits and is executed', async () => {
      const all = { concurrency: 2, rate: { max: 5, per: 1000 } };
      await store.defineQueue({ name: 'defined', all, perKey: {} });
      await store.start(newRun('a', { queue: { name: 'defined', key: 'k' } }));
      await store.start(newRun('b', { queue: { name: 'defined', key: 'k' }, owner: 'me' }));
      await store.start(newRun('c', { queue: { name: 'unknown', key: undefined } }));
      const none = { concurrency: undefined, rate: undefined };
      expect(store.queues()).toEqual([
        { name: 'defined', pending: 1, running: 1, waiting: 0, all, perKey: none },
        { name: 'unknown', pending: 1, running: 0, waiting: 0, all: none, perKey: none },
      ]);
      for (const id of ['a', 'b', 'c']) await store.cancel(id, 'no', encode({ value: 1 }, ''), 20);
      expect(store.queues().map(({ name, pending }) => [name, pending])).toEqual([['defined', 0]]);
    });

    it('counts what it would prune, which is what it prunes', async () => {
      for (const id of ['a', 'b', 'open']) await store.start(newRun(id));
      await store.start(newRun('child', { parent: { runId: 'open', call: 0, detached: false } }));
      for (const id of ['a', 'b', 'child']) await store.cancel(id, 'no', encode({ value: 1 }, ''), 20);
      expect(store.prunable({ before: 20 })).toBe(0);
      expect(store.prunable({ before: 21, status: 'failed' })).toBe(0);
      // The parent may still ask for the child's outcome.
      expect(store.prunable({ before: 21, status: 'cancelled' })).toBe(2);
      expect(await store.prune({ before: 21, limit: 10 })).toBe(2);
      expect(store.prunable({ before: 21 })).toBe(0);
      expect(store.runs({}).map(({ id }) => id)).toEqual(['child', 'open']);
    });

    describe('reads', () => {
      it('list runs newest first, by status and workflow, 100 if no limit is given', async () => {
        await Promise.all(Array.from({ length: 120 }, (_, i) => store.start(newRun(`r${i}`, { workflow: i % 2 ? 'odd' : 'even' }))));
        expect(store.runs({})).toHaveLength(100);
        expect(store.runs({ limit: 2 }).map(({ id }) => id)).toEqual(['r119', 'r118']);
        expect(store.runs({ workflow: 'odd', limit: 1000 })).toHaveLength(60);
        await store.claim('r3', 'me', 20);
        expect(store.runs({ status: 'running' }).map(({ id }) => id)).toEqual(['r3']);
        expect(store.countRuns()).toEqual({ pending: 119, running: 1 });
        expect(store.run('nobody')).toBeUndefined();
      });

      it('see what was committed, and nothing before it is', async () => {
        const lease = await leased();
        const write = store.append(lease, journalRecord(0));
        expect(store.journal('r')).toEqual([]);
        await write;
        expect(store.journal('r')).toHaveLength(1);
      });

      it('and writes after close are refused', async () => {
        await store.close();
        await store.close();
        expect(await errorCode(store.start(newRun('r')))).toBe('DF_CLOSED');
        expect(await errorCode(() => store.run('r'))).toBe('DF_CLOSED');
      });
    });

    it('commits what was asked for before it closes', async () => {
      const started = store.start(newRun('late'));
      await store.close();
      expect(await started).toMatchObject({ kind: 'started' });
      if (!place.shared) return;
      store = place.open();
      expect(store.run('late')).toBeDefined();
    });

    it('tells of the writes of other connections, and not of its own', async () => {
      store.changed();
      await store.start(newRun('mine'));
      expect(store.changed()).toBe(false);
      if (!place.shared) return;
      const other = place.open();
      await other.start(newRun('theirs'));
      expect(store.changed()).toBe(true);
      expect(store.changed()).toBe(false);
      expect(store.run('theirs')).toBeDefined();
      await other.close();
    });

    it('fences and dedupes across connections', async () => {
      if (!place.shared) return;
      const lease = await leased();
      const other = place.open();
      expect(await other.start(newRun('r'))).toMatchObject({ kind: 'exists' });
      await other.claim('r', 'other', owner('me').expiresAt);
      expect(await errorCode(store.append(lease, journalRecord(0)))).toBe('DF_FENCED');
      await other.close();
    });
  });
}
