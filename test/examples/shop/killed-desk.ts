import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteStore } from 'durableflow';
import { ShopServer, type Seen } from '../../../examples/shop/shop-server.js';
import { ticket } from '../../../examples/shop/ticket.js';
import { Child } from '../../crash/child.js';
import type { KillPoint } from '../../crash/kill-point.js';
import type { WorkerReport } from '../../crash/worker.js';
import type { DeskOrders, Framework } from './refund-desk-process.js';

/** Where the first process is killed: around a write to its store, or when the outside world has done what it asked for. */
export type Death = KillPoint | { readonly kind: 'unanswered'; readonly seen: Seen };

/** What was found out about a conversation whose process was killed once. */
export interface Aftermath {
  readonly report: WorkerReport;
  readonly killedBy: string | undefined;
  /** Recorded before the kill: these must never be executed again. */
  readonly committed: readonly string[];
  /** Asked of the outside world before and after the kill. */
  readonly before: readonly Seen['what'][];
  readonly after: readonly Seen['what'][];
  readonly refunds: number;
}

/** Runs the desk until it dies, and again in a second process; without a death in one process only. */
export async function killedDesk(framework: Framework, death?: Death): Promise<Aftermath> {
  const folder = await mkdtemp(join(tmpdir(), 'durableflow-desk-'));
  const shop = await ShopServer.open();
  const orders: DeskOrders = { db: join(folder, 'desk.db'), url: shop.url, framework };
  const start = (more: Partial<DeskOrders> = {}) => Child.start({ ...orders, ...more }, 'test/examples/shop/refund-desk-process.ts');
  try {
    let killedBy: string | undefined;
    if (death) {
      const doomed = await start(death.kind === 'unanswered' ? {} : { killPoint: death });
      shop.beforeAnswer = async (seen) => {
        if (death.kind !== 'unanswered' || seen.what !== death.seen.what || seen.number !== death.seen.number) return;
        doomed.signal('SIGKILL');
        await new Promise(() => {});
      };
      killedBy = await doomed.ended();
      shop.beforeAnswer = () => {};
    }
    const committed = death ? await journalOf(orders.db) : [];
    const before = shop.seen.map(({ what }) => what);
    const report = await (await start()).report();
    const after = shop.seen.slice(before.length).map(({ what }) => what);
    return { report, killedBy, committed, before, after, refunds: shop.refunds.length };
  } finally {
    await shop[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  }
}

async function journalOf(db: string): Promise<string[]> {
  const store = new SqliteStore(db);
  const names = store.run(ticket.id) ? store.journal(ticket.id).map(({ name }) => name) : [];
  await store.close();
  return names;
}

const methodOf = { model: 'think', customer: 'findCustomer', order: 'findOrder', refund: 'refund' } as const;

/** What no crash may ever lead to; empty if everything is as promised. */
export function violations({ report, killedBy, committed, before, after, refunds }: Aftermath): string[] {
  const found: string[] = [];
  if (killedBy !== 'SIGKILL') found.push(`the process was not killed but ended with ${killedBy}`);
  const [run] = report.runs;
  if (run?.status !== 'completed') found.push(`the run is ${run?.status}`);
  if (!JSON.stringify(run?.output).includes('41.50 is on its way')) found.push(`the output is ${JSON.stringify(run?.output)}`);
  if (refunds !== 1) found.push(`${refunds} refunds were paid`);
  for (const [what, method] of Object.entries(methodOf)) {
    const count = (list: readonly string[], it: string) => list.filter((other) => other === it).length;
    const needed = count([...Object.values(methodOf), 'think', 'think'], method);
    // A refund that was made before the kill is found, not made again, on record or not.
    const done = Math.max(count(committed, method), what === 'refund' ? count(before, 'refund') : 0);
    const most = needed - done;
    if (count(after, what) > most) found.push(`${what} was asked ${count(after, what)} times after the kill, ${most} were left`);
  }
  return found;
}
