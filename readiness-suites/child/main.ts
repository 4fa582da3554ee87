import { scriptedModel } from '../../sdk/models/index.js';
import { declaredCrashes } from '../crash/declared-crashes.js';
import { declaredSuites } from '../suite.js';
import { beginAnotherDay } from './another-day.js';
import { ChildKit } from './child-kit.js';
import type { ChildMessage, Job, SupervisorMessage } from './job.js';
import { KillSwitch } from './kill-switch.js';
import { replayPrefixes, type PrefixReplay } from './replay-prefixes.js';
import { runDurable } from './run-durable.js';
import { runNaked } from './run-naked.js';
import { tellWorld } from './tell-world.js';

const tell = (message: ChildMessage) => new Promise<void>((resolve) => process.send!(message, () => resolve()));

/** What `inert-vitest.mjs` has kept for the time after the file. */
const bodiesOfDescribe = () =>
  (globalThis as { [key: symbol]: unknown })[Symbol.for('durableflow.readiness.bodies')] as { run(): Promise<void> } | undefined;

/** What one process of a trial does: imports the suite's file, makes the agent, runs it in one of the arms. */
export async function main(job: Job, importFile: (file: string) => Promise<unknown>): Promise<void> {
  const { circumstances } = job;
  if (circumstances.anotherDay) beginAnotherDay();
  // What stands in for Vitest is plain JavaScript, and hands on this.
  Object.assign(globalThis, { [Symbol.for('durableflow.readiness.sdk')]: { scriptedModel } });
  await importFile(job.file);
  await bodiesOfDescribe()?.run();
  const suite = job.named === undefined ? declaredSuites()[job.ordinal] : declaredCrashes().get(job.named);
  if (!suite)
    throw new Error(`${job.file} has declared ${declaredSuites().length} suites in this process; number ${job.ordinal + 1} is missing`);
  const kills = new KillSwitch(job);
  // A new one for each agent that is made: a run that was parked is taken up by another.
  const kit = () => new ChildKit(job, kills);
  // To load a client is not the agent's work either.
  if (suite.options.model ?? suite.options.live) await (job.modelApi === 'openai' ? import('openai') : import('@anthropic-ai/sdk'));
  await tell({ type: 'begun' });
  const parked = () =>
    new Promise<SupervisorMessage>((resolve) => {
      process.once('message', resolve);
      void tell({ type: 'parked' });
    });
  let writes: readonly string[] | undefined;
  let replays: readonly PrefixReplay[] | undefined;
  if (circumstances.replay) {
    const { agent, options } = suite;
    replays = await replayPrefixes(agent, () => options.agent(kit()), circumstances.replay, options.register?.errors);
    await tellWorld(job, 'note', `its record was replayed ${replays.length} times`);
  } else if (job.arm === 'durable') writes = await runDurable(suite, kit, job, kills, parked);
  else await runNaked(suite, kit(), job);
  await kills.beforeExit();
  await tell({ type: 'ended', writes, replays });
}
