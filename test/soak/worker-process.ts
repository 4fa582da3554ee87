// A worker of the soak: executes orders, starts those that it is told to, and tells what befell its runs, until it is killed.
import { DurableFlow, DurableFlowError, SqliteBudgetLedger, SqliteStore, type Duration, type TelemetryEvent } from 'durableflow';
import { brokenStores } from '../simulation/broken-stores.js';
import { Order, Part, partsAtOnce, type OrderInput, type Outside } from './order.js';

/** What a worker is told by its first argument, as JSON. */
export interface WorkerOrders {
  readonly file: string;
  /** The address of the world outside. */
  readonly outside: string;
  readonly leaseDuration: Duration;
  readonly retention: Duration;
  /** A protection that its store lacks. */
  readonly without: string | undefined;
}

/** What it tells its parent. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'started'; readonly id: string }
  | { readonly kind: 'refused'; readonly id: string; readonly code: string }
  | { readonly kind: 'event'; readonly event: TelemetryEvent };

const { file, outside: url, leaseDuration, retention, without } = JSON.parse(process.argv[2]!) as WorkerOrders;
const tell = (message: WorkerMessage) => void process.send?.(message);
const events: readonly string[] = [
  'owner.dead',
  'run.claimed',
  'run.fenced',
  'run.stalled',
  'runs.pruned',
] satisfies TelemetryEvent['event'][];

/**
 * When this process was certainly not stopped. What it asks of the world in the same turn of the event loop in which it wakes up carries a moment from
 * before.
 */
let aliveAt = Date.now();
setInterval(() => (aliveAt = Date.now()), 10).unref();

async function ask(what: object): Promise<string | undefined> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(what) });
  return ((await response.json()) as { receipt?: string }).receipt;
}

const outside: Outside = {
  perform: async (endpoint, key) => (await ask({ endpoint, key, pid: process.pid, aliveAt }))!,
  find: (key) => ask({ key }),
};

const store = new SqliteStore(file);
const flow = await DurableFlow.open(without === undefined ? store : brokenStores[without]!(store), {
  leaseDuration,
  retention,
  telemetry: (event) => {
    if (events.includes(event.event)) tell({ kind: 'event', event });
  },
});
const ledger = new SqliteBudgetLedger(file);
flow.register(Part, () => new Part(outside), { queue: { concurrency: partsAtOnce } });
flow.register(Order, () => new Order(outside, ledger));

process.on('message', (order: OrderInput) => {
  flow.start(Order, order, { id: order.id }).then(
    () => tell({ kind: 'started', id: order.id }),
    (error: unknown) => tell({ kind: 'refused', id: order.id, code: error instanceof DurableFlowError ? error.code : String(error) }),
  );
});
// Nobody is to outlive the soak.
process.on('disconnect', () => process.exit());
tell({ kind: 'ready' });
