import { putTokenizer } from '../../sdk/context/tokenizer.js';
import { scriptedModel } from '../../sdk/models/index.js';
import { declaredCrashes } from '../crash/declared-crashes.js';
import { restate } from '../engine/restate.js';
import { declaredSuites, type DeclaredSuite } from '../suite.js';
import { beginAnotherDay } from './another-day.js';
import { ChildKit } from './child-kit.js';
import { IssuedKeys } from './issued-keys.js';
import { endOfOutput, type ChildMessage, type Job, type ProcessStart, type SupervisorMessage } from './job.js';
import { KillSwitch } from './kill-switch.js';
import { KnownCounts } from './known-counts.js';
import { replayPrefixes, type PrefixReplay } from './replay-prefixes.js';
import { runDurable } from './run-durable.js';
import { runNaked } from './run-naked.js';
import { SeededRandomness } from './seeded-randomness.js';
import { Surroundings } from './surroundings.js';
import { tellWorld } from './tell-world.js';

const tell = (message: ChildMessage) => new Promise<void>((resolve) => process.send!(message, () => resolve()));

/** What `boot.mjs` can do. */
interface Boot {
  importFile(this: void, file: string): Promise<unknown>;
  /** Waits for what the supervisor says next. */
  next(this: void): Promise<unknown>;
  /** Writes to standard error what ended a run. */
  tellError(this: void, error: unknown): void;
}

/** What `inert-vitest.mjs` has kept for the time after the file. */
const bodiesOfDescribe = () =>
  (globalThis as { [key: symbol]: unknown })[Symbol.for('durableflow.readiness.bodies')] as { run(): Promise<void> } | undefined;

/** What a process of trials does: imports the suite's file, and then carries out one job after another, as long as it may stay. */
export async function main(
  { file, ordinal, named, modelApi, anotherDay, counts }: ProcessStart,
  { importFile, next, tellError }: Boot,
): Promise<void> {
  if (anotherDay) beginAnotherDay();
  const randomness = new SeededRandomness();
  randomness.install();
  const keys = new IssuedKeys();
  // What stands in for Vitest is plain JavaScript, and hands on this.
  Object.assign(globalThis, { [Symbol.for('durableflow.readiness.sdk')]: { scriptedModel, restate } });
  const known = new KnownCounts(counts);
  putTokenizer(known.count);
  await importFile(file);
  await bodiesOfDescribe()?.run();
  const suite = named === undefined ? declaredSuites()[ordinal] : declaredCrashes().get(named);
  if (!suite) throw new Error(`${file} has declared ${declaredSuites().length} suites in this process; number ${ordinal + 1} is missing`);
  // To load a client is not the agent's work either.
  if (suite.options.model ?? suite.options.live) await (modelApi === 'openai' ? import('openai') : import('@anthropic-ai/sdk'));
  const outputs = [process.stdout, process.stderr].map((stream) => stream.write.bind(stream));
  const surroundings = new Surroundings();
  for (;;) {
    const job = (await next()) as Job;
    randomness.drawFrom(job.randomness);
    const work = carryOut(job, suite, keys, next);
    if (!job.mayStay) return tell({ type: 'ended', ...(await work), threw: false, counts: known.takeLearned(), leftovers: undefined });
    const done = await work.then(
      (made) => ({ ...made, threw: false }),
      (error: unknown) => {
        tellError(error);
        return { writes: undefined, replays: undefined, threw: true };
      },
    );
    const leftovers = await surroundings.leftovers();
    await Promise.all(outputs.map((write) => new Promise<void>((resolve) => void write(endOfOutput, () => resolve()))));
    await tell({ type: 'ended', ...done, counts: known.takeLearned(), leftovers });
  }
}

/** Makes the agent, and runs it in one of the arms. */
async function carryOut(job: Job, suite: DeclaredSuite, keys: IssuedKeys, next: Boot['next']) {
  const { circumstances } = job;
  const kills = new KillSwitch(job);
  // A new one for each agent that is made: a run that was parked is taken up by another.
  const kit = () => new ChildKit(job, kills, keys);
  await tell({ type: 'begun' });
  const parked = () => {
    void tell({ type: 'parked' });
    return next() as Promise<SupervisorMessage>;
  };
  let writes: readonly string[] | undefined;
  let replays: readonly PrefixReplay[] | undefined;
  if (circumstances.replay) {
    const { agent, options } = suite;
    replays = await replayPrefixes(agent, () => options.agent(kit()), circumstances.replay, options.register?.errors);
    await tellWorld(job, 'note', `its record was replayed ${replays.length} times`);
  } else if (job.arm === 'durable') writes = await runDurable(suite, kit, job, kills, parked, tell);
  else await runNaked(suite, kit(), job);
  await kills.beforeExit();
  return { writes, replays };
}
