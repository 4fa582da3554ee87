import { setTimeout as sleep } from 'node:timers/promises';
import { DurableFlow } from '../../sdk/durable-flow.js';
import type { RunView } from '../../sdk/flow/run-view.js';
import type { Store } from '../../sdk/store/index.js';
import { jsonLines } from '../../sdk/telemetry/index.js';
import type { ReadinessKit } from '../kit.js';
import { clockAhead } from '../trial/operator.js';
import type { DeclaredSuite } from '../suite.js';
import { asInstanceOf, changedClass } from './changed-class.js';
import { dyingStore } from './dying-store.js';
import { engineAccess, type EngineAccess } from './engine-access.js';
import type { ChildMessage, Job, SupervisorMessage } from './job.js';
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
  tell: (message: ChildMessage) => Promise<void>,
): Promise<readonly string[] | undefined> {
  const { change, together, countWrites, leaseMs = 60_000 } = job.circumstances;
  const writes: string[] = [];
  const watched = (it: Store): Store => {
    const store = job.kill ? killingStore(it, kills) : it;
    return (job.writeKill ?? countWrites) ? dyingStore(store, job.writeKill, writes) : store;
  };
  const engine = await engineAccess(job, watched, tell);
  const flow = await DurableFlow.open(engine.store, {
    telemetry: jsonLines(job.telemetry),
    pollInterval: '10ms',
    leaseDuration: leaseMs,
    ...(job.approvalSecret !== undefined && { approvalSecret: job.approvalSecret }),
    ...(job.aheadMs > 0 && { clock: clockAhead(job.aheadMs) }),
  });
  if (together) await tellWorld(job, 'meet', String(together));
  const registered = engine.named(change ? changedClass(agent, change) : agent);
  flow.register(
    registered,
    async () => {
      const made = await options.agent(kit());
      return registered === agent ? made : asInstanceOf(made, registered);
    },
    options.register ?? {},
  );
  if (change) await tellWorld(job, 'note', `process ${job.life} has the new release`);
  await engine.work(flow);
  const run = await flow.start(registered, options.input, { id: job.runId });
  for (;;) {
    const rest = await run.settled();
    if (rest.status !== 'waiting' && rest.status !== 'in_doubt') break;
    if ((await parked()).type === 'stop') break;
    await moved(() => run.view(), rest, engine);
    // What has been decided is for a process that has the run's own version.
    if (flow.unregistered().length > 0) break;
  }
  await engine.rest();
  await flow.close({ grace: 0 });
  return countWrites ? writes : undefined;
}

/** Returns when somebody's decision has come through, or after a while. It may have been acted on meanwhile, and the run wait again. */
async function moved(view: () => RunView, from: RunView, { look, newsTakeMs }: Pick<EngineAccess, 'look' | 'newsTakeMs'>): Promise<void> {
  for (const end = performance.now() + newsTakeMs; performance.now() < end; await sleep(5)) {
    await look();
    const now = view();
    if (now.status !== from.status || now.claims !== from.claims) return;
  }
}
