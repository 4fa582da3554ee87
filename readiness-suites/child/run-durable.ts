import { DurableFlow } from '../../sdk/durable-flow.js';
import { SqliteStore } from '../../sdk/sqlite/index.js';
import { jsonLines } from '../../sdk/telemetry/index.js';
import type { ReadinessKit } from '../kit.js';
import { clockAhead } from '../trial/operator.js';
import type { DeclaredSuite } from '../suite.js';
import type { Job, SupervisorMessage } from './job.js';
import type { KillSwitch } from './kill-switch.js';
import { killingStore } from './killing-store.js';

/** Runs the agent by the engine, until it has ended or waits for somebody who does not come. */
export async function runDurable(
  { agent, options }: DeclaredSuite,
  kit: () => ReadinessKit,
  job: Job,
  kills: KillSwitch,
  parked: () => Promise<SupervisorMessage>,
): Promise<void> {
  const store = new SqliteStore(job.database);
  const flow = await DurableFlow.open(job.kill ? killingStore(store, kills) : store, {
    telemetry: jsonLines(job.telemetry),
    pollInterval: '10ms',
    leaseDuration: '2s',
    ...(job.approvalSecret !== undefined && { approvalSecret: job.approvalSecret }),
    ...(job.aheadMs > 0 && { clock: clockAhead(job.aheadMs) }),
  });
  flow.register(agent, () => options.agent(kit()), options.register ?? {});
  const run = await flow.start(agent, options.input, { id: job.runId });
  for (;;) {
    const { status } = await run.settled();
    if (status !== 'waiting' && status !== 'in_doubt') break;
    if ((await parked()).type === 'stop') break;
    await moved(() => run.view(), status);
  }
  await flow.close({ grace: 0 });
}

/** Returns when somebody's decision has come through, or after a while. */
async function moved(view: () => { readonly status: string }, from: string): Promise<void> {
  for (let waited = 0; view().status === from && waited < 50; waited++) await new Promise((resolve) => setTimeout(resolve, 5));
}
