import { expect, it } from 'vitest';
import { ErrorRegistry } from '../../sdk/journal/index.js';
import { replicaStore, RunReplica } from '../../sdk/restate/run-replica.js';
import { sendsOf } from '../../sdk/restate/run-sends.js';
import { effectIntent, newRun, owner } from '../store/sample-records.js';

/** What others are told when a run ends in the middle of an effect. */
async function told(status: 'failed' | 'cancelled' | 'diverged') {
  const store = replicaStore();
  const replica = new RunReplica(store, 'r', { isWhole: false });
  await replica.apply({ verb: 'start', run: newRun('r') });
  await replica.apply({ verb: 'claim', owner: owner('o'), at: 20 });
  await replica.apply({ verb: 'intend', intent: effectIntent(0), answer: { kind: 'begun' } });
  const entry = { verb: 'finish', ending: { status, outcome: '[]', at: 30 } } as const;
  await replica.apply(entry);
  const sends = sendsOf({ store, errors: new ErrorRegistry(), runId: 'r', waiting: undefined }, entry);
  await store.close();
  return sends;
}

it('leaves the key of an effect that nobody knows of to be asked for, if the run is over', async () => {
  for (const status of ['failed', 'cancelled'] as const)
    expect(await told(status)).toMatchObject([{ handler: 'settle', payload: { runId: 'r', news: { kind: 'abandoned' } } }]);
});

it('leaves it to the run itself if that has diverged, and may be resumed', async () => {
  expect(await told('diverged')).toEqual([]);
});
