// A child process of the planner's crash tests: sends a request, or finds it, and prints what came of it.
import { SqliteStore } from 'durableflow';
import { Planner } from 'durableflow/planner';
import { dyingStore, type KillPoint } from '../../crash/kill-point.js';
import type { WorkerReport } from '../../crash/worker.js';
import { hello, stubTarget } from './stub-targets.js';

/** What the child is told by its first argument, as JSON. */
export interface KillOrders {
  readonly db: string;
  readonly small: string;
  readonly large: string;
  readonly streamed: boolean;
  /** Whether the request is sent, or only waited for. */
  readonly sends: boolean;
  readonly killPoint?: KillPoint;
}

const { db, small, large, streamed, sends, killPoint } = JSON.parse(process.argv[2]!) as KillOrders;
const writes: string[] = [];
const store = dyingStore(new SqliteStore(db), killPoint, writes) as SqliteStore;
const planner = await Planner.open({
  file: store,
  targets: [
    stubTarget('small', { url: small }),
    stubTarget('large', { url: large }, { tier: 'frontier', prices: { input: 10, output: 10 } }),
  ],
  budgets: [{ id: 'team', limitUsd: 1, period: 'total' }],
});

const constraints = { budgetId: 'team', check: { type: 'json' } } as const;
const options = { requestId: 'r-1' };
if (sends) {
  try {
    if (streamed) for await (const _ of (await planner.stream(hello, constraints, options)).chunks);
    else await planner.complete(hello, constraints, options);
  } catch {
    // What became of it is on record.
  }
}
const status = await atRest();
const worst = planner
  .plan(hello, constraints)
  .chain.map(({ targetId, estimate }) => [`worst ${targetId}`, Math.round(estimate.worstCaseUsd * 1e6)]);
const output = {
  worst: Object.fromEntries(worst) as Record<string, number>,
  trace: status === 'unknown' ? undefined : planner.trace('r-1'),
  committedUsd: planner.committedUsd('team'),
};
await planner.close();
process.stdout.write(`${JSON.stringify({ runs: [{ status, output }], writes } satisfies WorkerReport)}\n`);

async function atRest(): Promise<string> {
  for (;;) {
    try {
      const { state } = planner.trace('r-1');
      if (state !== 'running') return state;
    } catch {
      return 'unknown';
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
