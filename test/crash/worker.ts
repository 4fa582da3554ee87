// A child process of the crash tests: starts runs, or finds them, approves what waits, and prints how they stand.
import { DurableFlow, SqliteStore, type RunHandle } from 'durableflow';
import { dyingStore, withoutIntents, type KillPoint } from './kill-point.js';
import { workflows, type WorkflowName } from './workflows.js';
import { World } from './world.js';

/** What the child is told by its first argument, as JSON. */
export interface WorkerOrders {
  readonly db: string;
  readonly oracle: string;
  readonly workflow: WorkflowName;
  readonly runs: readonly string[];
  readonly leaseDuration?: `${number}ms` | `${number}m`;
  readonly maxConcurrentRuns?: number;
  readonly killPoint?: KillPoint;
  readonly forgetIntents?: boolean;
}

/** How a run stands. */
export interface RunReport {
  readonly status: string;
  readonly output: unknown;
}

/** What it prints last: its runs in the order of its orders, and the writes to its store. */
export interface WorkerReport {
  readonly runs: readonly RunReport[];
  readonly writes: readonly string[];
}

const orders = JSON.parse(process.argv[2]!) as WorkerOrders;
const { leaseDuration = '30s', maxConcurrentRuns = 256 } = orders;
const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const writes: string[] = [];
const file = new SqliteStore(orders.db);
const store = dyingStore(orders.forgetIntents ? withoutIntents(file) : file, orders.killPoint, writes);
const flow = await DurableFlow.open(store, { telemetry: print, leaseDuration, maxConcurrentRuns });
const start = workflows[orders.workflow](flow, new World(orders.oracle, orders.killPoint));
const handles: RunHandle[] = [];
for (const id of orders.runs) handles.push(await start(id));
const runs = await Promise.all(handles.map(bringToRest));
await flow.close();
print({ runs, writes } satisfies WorkerReport);

async function bringToRest(run: RunHandle): Promise<RunReport> {
  for (;;) {
    const { status, output } = await run.settled();
    const [approval] = flow.approvals({ runId: run.id });
    if (status !== 'waiting' || !approval) return { status, output };
    await flow.approve(approval.id, { by: 'test', digest: approval.digest });
  }
}
