import { describe, expect, it } from 'vitest';
import { approvalIdOf } from '../../sdk/restate/approval-id.js';
import type { LogEntry } from '../../sdk/restate/log-entry.js';
import { replicaStore, RunReplica } from '../../sdk/restate/run-replica.js';
import { effectServiceOf, serviceNameOf, workflowOfService } from '../../sdk/restate/service-name.js';
import { approvalRequest, effectIntent, journalRecord, newRun, owner } from '../store/sample-records.js';

const run = newRun('r');
const yes = { verdict: 'approved', by: 'ann', reason: undefined, at: 40 } as const;

async function replicaOf(entries: readonly LogEntry[], id = 'r', store = replicaStore()) {
  const replica = new RunReplica(store, id, { isWhole: false });
  const answers: unknown[] = [];
  for (const entry of entries) answers.push(await replica.apply(entry));
  return { store, answers };
}

const gated: readonly LogEntry[] = [
  { verb: 'start', run },
  { verb: 'claim', owner: owner('a'), at: 20 },
  { verb: 'append', record: journalRecord(0) },
  { verb: 'requestApproval', request: approvalRequest(1) },
  { verb: 'park', parking: { status: 'waiting', calls: [1], wakeAt: undefined, at: 30 } },
  { verb: 'decide', call: 1, decision: yes },
  { verb: 'claim', owner: owner('b'), at: 50 },
];

describe('a replica', () => {
  it('is the same wherever the log is applied', async () => {
    const [{ store: one }, { store: other }] = [await replicaOf(gated), await replicaOf(gated)];
    expect(one.run('r')).toMatchObject({ status: 'running', owner: 'b', epoch: 2 });
    expect(one.run('r')).toEqual(other.run('r'));
    expect(one.approvals({})).toEqual(other.approvals({}));
    expect(one.approvals({})).toMatchObject([{ id: approvalIdOf('r', 1), verdict: 'approved', decidedBy: 'ann' }]);
    expect(one.resumptions('r')).toHaveLength(1);
  });

  it('answers what the store answers', async () => {
    const { answers } = await replicaOf([...gated, { verb: 'decide', call: 1, decision: yes }]);
    expect(answers.slice(4)).toEqual(['parked', 'recorded', expect.anything(), 'decided']);
  });

  it('can be claimed from a process that has not given it back, and counts as lost then', async () => {
    const { store, answers } = await replicaOf([...gated, { verb: 'claim', owner: owner('c'), at: 60 }]);
    expect(answers.at(-1)).toMatchObject({ lostAt: 50 });
    expect(store.owners().map(({ id }) => id)).toEqual(['c']);
  });

  it('takes an intent as it was answered, though another run seems to hold the key', async () => {
    const { store } = await replicaOf([...gated, { verb: 'intend', intent: effectIntent(2), answer: { kind: 'begun' } }]);
    const start: LogEntry[] = [
      { verb: 'start', run: newRun('s') },
      { verb: 'claim', owner: owner('d'), at: 60 },
    ];
    await replicaOf([...start, { verb: 'intend', intent: effectIntent(0), answer: { kind: 'in_doubt' } }], 's', store);
    expect([store.effects('r')[0]?.state, store.effects('s')[0]?.state]).toEqual(['abandoned', 'intended']);
  });

  it('takes signals by their number in the run', async () => {
    const store = replicaStore();
    await replicaOf([{ verb: 'start', run: newRun('s') }, { verb: 'signal', signal: { name: 'x', payload: '1', dedupeId: undefined, at: 1 } }], 's', store); // prettier-ignore
    const entries: LogEntry[] = [
      ...gated,
      { verb: 'signal', signal: { name: 'x', payload: '2', dedupeId: undefined, at: 51 } },
      { verb: 'append', record: { ...journalRecord(2), seq: 1 }, receipt: { wait: true, signal: 1 } },
    ];
    await replicaOf(entries, 'r', store);
    expect([store.signals('r')[0]?.state, store.signals('s')[0]?.state]).toEqual(['taken', 'pending']);
  });

  it('ends a child with what its own worker says, and wakes the parent', async () => {
    const child = newRun('r/2', { parent: { runId: 'r', call: 2, detached: false } });
    const entries: LogEntry[] = [
      ...gated,
      { verb: 'child', run: child },
      { verb: 'park', parking: { status: 'waiting', calls: [2], wakeAt: undefined, at: 60 } },
      { verb: 'childEnded', id: 'r/2', status: 'completed', outcome: '[3]', at: 70 },
    ];
    const { store } = await replicaOf(entries);
    expect(store.run('r/2')).toMatchObject({ status: 'completed', outcome: '[3]' });
    expect(store.run('r')?.status).toBe('pending');
  });
});

describe('serviceNameOf', () => {
  it('makes a legal name that can be read back', () => {
    expect(serviceNameOf('refund-agent', '1')).toBe('durableflow.refund-agent.1');
    for (const [workflow, version] of [['a.b', '1'], ['a', 'b.1'], ['Ægir ✓ _x', '2026-01-01'], ['a_b', '_5f']] as const) {
      const name = serviceNameOf(workflow, version);
      expect(name).toMatch(/^[a-zA-Z][a-zA-Z0-9._-]*$/);
      expect(workflowOfService(name)).toEqual({ workflow, version });
    }
    expect(workflowOfService(effectServiceOf('refund'))).toBeUndefined();
  });
}); // prettier-ignore
