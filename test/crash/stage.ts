import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteStore } from 'durableflow';
import { Oracle } from './oracle.js';
import type { WorkerOrders } from './worker.js';
import type { WorkflowName } from './workflows.js';

/** A fresh file and a fresh outside world. */
export interface Stage {
  readonly oracle: Oracle;
  /** What workers are told, if nothing else is said. */
  readonly orders: WorkerOrders;
}

/** Sets the stage for one run, `r-1`, and clears it away after the act. */
export async function onFreshStage<T>(workflow: WorkflowName, honoursKeys: boolean, act: (stage: Stage) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'durableflow-crash-'));
  const oracle = await Oracle.open({ honoursKeys });
  try {
    return await act({ oracle, orders: { db: join(folder, 'runs.db'), oracle: oracle.url, workflow, runs: ['r-1'] } });
  } finally {
    await oracle.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Everything that the file holds of a run. */
export async function readRun(db: string, id: string) {
  const store = new SqliteStore(db);
  const run = store.run(id);
  const history = run && {
    run,
    journal: store.journal(id),
    effects: store.effects(id),
    approvals: store.approvals({ runId: id }),
    decisions: store.decisions(id),
  };
  await store.close();
  return history;
}
