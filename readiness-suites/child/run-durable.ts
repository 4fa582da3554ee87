import { DurableFlow } from '../../sdk/durable-flow.js';
import { SqliteStore } from '../../sdk/sqlite/index.js';
import type { Store } from '../../sdk/store/index.js';
import { jsonLines } from '../../sdk/telemetry/index.js';
import type { ReadinessKit } from '../kit.js';
import { clockAhead } from '../trial/operator.js';
import type { DeclaredSuite } from '../suite.js';
import { asInstanceOf, changedClass } from './changed-class.js';
import { dyingStore } from './dying-store.js';
import type { Job, SupervisorMessage } from './job.js';
import type { KillSwitch } from './kill-switch.js';
import { killingStore } from './killing-store.js';
import { tellWorld } from './tell-world.js';

/** Runs the agent by the engine, until it has ended or waits for somebody who does not come. Returns its writes, if asked to. */
export async function runDurable(
  { agent, options }: DeclaredSuite,
  kit: () => ReadinessKit,
  job: Job,
  kills: KillSwitch,
  parked: () => Promise<SupervisorMessage>,
): Promise<readonly string[] | undefined> {
  const { change, together, countWrites, leaseMs = 60_000 } = job.circumstances;
  const writes: string[] = [];
  let store: Store = new SqliteStore(job.database);
  if (job.kill) store = killingStore(store, kills);
  if (job.writeKill ?? countWrites) store = dyingStore(store, job.writeKill, writes);
  const flow = await DurableFlow.open(store, {
    telemetry: jsonLines(job.telemetry),
    pollInterval: '10ms',
    leaseDuration: leaseMs,
    ...(job.approvalSecret !== undefined && { approvalSecret: job.approvalSecret }),
    ...(job.aheadMs > 0 && { clock: clockAhead(job.aheadMs) }),
  });
  if (together) await tellWorld(job, 'meet', String(together));
  const registered = change ? changedClass(agent, change) : agent;
  flow.register(
    registered,
    async () => {
      const made = await options.agent(kit());
      return change ? asInstanceOf(made, registered) : made;
    },
    options.register ?? {},
  );
  if (change) await tellWorld(job, 'note', `process ${job.life} has the new release`);
  const run = await flow.start(registered, options.input, { id: job.runId });
  for (;;) {
    const { status } = await run.settled();
    if (status !== 'waiting' && status !== 'in_doubt') break;
    if ((await parked()).type === 'stop') break;
    await moved(() => run.view(), status);
    // What has been decided is for a process that has the run's own version.
    if (flow.unregistered().length > 0) break;
  }
  await flow.close({ grace: 0 });
  return countWrites ? writes : undefined;
}

/** Returns when somebody's decision has come through, or after a while. */
async function moved(view: () => { readonly status: string }, from: string): Promise<void> {
  for (let waited = 0; view().status === from && waited < 50; waited++) await new Promise((resolve) => setTimeout(resolve, 5));
}
