// A child process of the engine's crash tests: starts runs of `Everything`, or finds them, says and sends what they wait for, and prints how they stand.
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { DurableFlow, DurableFlowError, SqliteStore } from 'durableflow';
import { isEnded } from '../../sdk/store/index.js';
import { dyingStore, type KillPoint } from '../crash/kill-point.js';
import type { RunReport, WorkerReport } from '../crash/worker.js';
import { World } from '../crash/world.js';
import { Everything, Part } from './everything.js';

/** What the child is told by its first argument, as JSON. */
export interface EverythingOrders {
  readonly db: string;
  readonly oracle: string;
  readonly runs: readonly string[];
  readonly fails: boolean;
  readonly killPoint?: KillPoint;
  readonly leaseDuration?: `${number}ms`;
  /** How many runs of the queue may be executed at once. */
  readonly concurrency: number;
}

const orders = JSON.parse(process.argv[2]!) as EverythingOrders;
/** Another process has decided, and perhaps brought the run to its end. */
const fasterOthers: ReadonlySet<string> = new Set(['DF_APPROVAL_DECIDED', 'DF_RUN_ENDED']);
const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const own = new Database(orders.db, { timeout: 5000 });
const writes: string[] = [];
const file = new SqliteStore(orders.db);
own.exec('CREATE TABLE IF NOT EXISTS bookings (id TEXT NOT NULL)');
own.close();
const store = dyingStore(file, orders.killPoint, writes);
const flow = await DurableFlow.open(store, { telemetry: print, leaseDuration: orders.leaseDuration ?? '30s' });
const world = new World(orders.oracle, orders.killPoint);
flow.register(Part, () => new Part(world));
flow.register(Everything, () => new Everything(world), { queue: { name: 'all', concurrency: orders.concurrency } });
for (const id of orders.runs) await flow.start(Everything, { id, fails: orders.fails }, { id });
const runs = await Promise.all(orders.runs.map(bringToEnd));
await flow.close();
print({ runs, writes } satisfies WorkerReport);

async function bringToEnd(id: string): Promise<RunReport> {
  for (;;) {
    const { status, output, error } = await flow.run(id).settled();
    if (isEnded(status)) return { status, output: status === 'completed' ? output : String(error) };
    await sayWhatIsMissing(id).catch((error: unknown) => {
      if (!(error instanceof DurableFlowError && fasterOthers.has(error.code))) throw error;
    });
    await pause(2);
  }
}

async function sayWhatIsMissing(id: string): Promise<void> {
  if (file.waits(id).some(({ name }) => name === 'signal:answer')) await flow.signal(id, 'answer', { word: 'yes' }, { dedupeId: 'answer' });
  for (const gate of flow.approvals({ runId: id })) {
    await flow.approve(gate.id, { by: 'test', digest: gate.digest, edit: [id, `Hello ${id}`] });
  }
}
