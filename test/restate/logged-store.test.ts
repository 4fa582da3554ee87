import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../sdk/restate/log-entry.js';
import { loggedStore } from '../../sdk/restate/logged-store.js';
import { replicaStore, RunReplica } from '../../sdk/restate/run-replica.js';
import { approvalRequest, effectIntent, journalRecord, newRun, owner } from '../store/sample-records.js';

/** A store whose writes become entries, and are applied at once to another replica, as in a client. */
async function logged() {
  const [worker, client] = [replicaStore(), replicaStore()];
  const [own, mirrored] = [worker, client].map((store) => new RunReplica(store, 'r', { isWhole: store === client })) as [
    RunReplica,
    RunReplica,
  ];
  const entries: LogEntry[] = [];
  const both = async (entry: LogEntry) => {
    entries.push(entry);
    const answer = await own.apply(entry);
    // What a client gets has been through JSON.
    await mirrored.apply(JSON.parse(JSON.stringify(entry)) as LogEntry);
    return answer;
  };
  // Runs of others make the numbers of the two stores differ.
  await new RunReplica(client, 'other', { isWhole: true }).apply({ verb: 'start', run: newRun('other') });
  const early = client.signal('other', { name: 'x', payload: '0', dedupeId: undefined, at: 1 });
  client.flush();
  await early;
  await both({ verb: 'start', run: newRun('r') });
  await both({ verb: 'claim', owner: owner('o'), at: 20 });
  const store = loggedStore(worker, { log: both, intend: () => Promise.resolve({ kind: 'busy' }) });
  return { store, lease: own.lease, entries, both, worker, client };
}

describe('a logged store', () => {
  it('has every write of an execution in the log, and a client comes to the same run', async () => {
    const { store, lease, entries, both, worker, client } = await logged();
    await store.append(lease, journalRecord(0));
    await store.requestApproval(lease, approvalRequest(1));
    await store.wait(lease, { call: 2, name: 'sleep', digest: 'd', wakeAt: 99, since: 25 });
    await both({ verb: 'signal', signal: { name: 'x', payload: '1', dedupeId: undefined, at: 30 } });
    await both({ verb: 'signal', signal: { name: 'x', payload: '2', dedupeId: undefined, at: 31 } });
    const [bad, good] = store.signals('r');
    await store.refuseSignal(lease, bad!.id);
    await store.append(lease, { ...journalRecord(3), seq: 1 }, { wait: true, signal: good!.id });
    const gate = store.approvals({ runId: 'r' })[0]!;
    await store.decide(gate.id, { verdict: 'expired', by: undefined, reason: undefined, at: 40 });
    await store.reopenApproval(lease, gate.id, 'other code');
    await store.park(lease, { status: 'waiting', calls: [1, 2], wakeAt: 99, at: 50 });
    expect(entries.slice(2).map(({ verb }) => verb)).toEqual([
      'append', 'requestApproval', 'wait', 'signal', 'signal', 'refuseSignal', 'append', 'decide', 'reopenApproval', 'park',
    ]); // prettier-ignore
    expect(client.run('r')).toEqual(worker.run('r'));
    expect(client.journal('r')).toEqual(worker.journal('r'));
    expect(client.approvals({ runId: 'r' })).toEqual(worker.approvals({ runId: 'r' }));
    expect(client.signals('r').map(({ state }) => state)).toEqual(['refused', 'taken']);
    expect(client.signals('other').map(({ state }) => state)).toEqual(['pending']);
    expect(client.waits('r')).toEqual(worker.waits('r'));
  });

  it('names signals by their number in the run, and gates by their call', async () => {
    const { store, lease, entries, both } = await logged();
    await both({ verb: 'signal', signal: { name: 'x', payload: '1', dedupeId: undefined, at: 30 } });
    await store.refuseSignal(lease, store.signals('r')[0]!.id);
    await store.requestApproval(lease, approvalRequest(7));
    await store.reopenApproval(lease, store.approvals({})[0]!.id, 'c');
    expect(entries.slice(3)).toMatchObject([
      { verb: 'refuseSignal', signal: 1 },
      { verb: 'requestApproval' },
      { verb: 'reopenApproval', call: 7 },
    ]);
  });

  it('asks elsewhere for effect keys, and has no transactions', async () => {
    const { store, lease, entries } = await logged();
    expect(await store.intend(lease, effectIntent(0))).toEqual({ kind: 'busy' });
    await expect(
      store.transact(
        lease,
        () => undefined,
        () => journalRecord(0),
      ),
    ).rejects.toMatchObject({ code: 'DF_RESTATE_UNSUPPORTED' });
    expect(entries).toHaveLength(2);
  });
});
