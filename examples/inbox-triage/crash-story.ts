import { setTimeout as sleep } from 'node:timers/promises';
import { DurableFlow, type TelemetryEvent } from 'durableflow';
import { coloursFor, count, dollars } from './cli/terminal.js';
import { heroRun, readCast } from './crash-story/cast.js';
import { Narrator } from './crash-story/narrator.js';
import { checkPromises, isModelCall, outboxDigests } from './crash-story/promises.js';
import { readBill, readDisk, readOutbox, setStage, type RunOnDisk } from './crash-story/stage.js';
import { Witness } from './crash-story/witness.js';
import { WorkerProcess } from './crash-story/worker-process.js';
import type { Answer } from './models/triager.js';

const colours = coloursFor(process.stdout);
const stage = await setStage(process.argv[2] ?? '.demo');
const { mails } = await readCast();
const narrator = new Narrator(mails);
const witness = new Witness();

async function story(): Promise<boolean> {
  const begin = performance.now();
  narrator.say(colours.bold('DurableFlow: five mails, four processes, two of them killed'));
  narrator.say('Real processes, real SIGKILL, one SQLite file. The model is scripted; its costs are what a real one would take.');

  const first = startWorker('A process begins');
  await until(first, ({ event, ...it }) => event === 'attempt.started' && it.run === heroRun && 'method' in it && it.method === 'draft');
  await sleep(stage.modelLatency / 3);
  await kill(first, 'in the middle of a draft; the model was paid, the answer is lost');
  await tellDisk();

  const second = startWorker('A second process goes on');
  await second.ended('done');

  await operate('An operator approves one reply', [heroRun]);
  const third = startWorker('A third process sends it');
  await until(third, ({ event }) => event === 'effect.intended');
  while ((await readOutbox(stage)).length === 0) await sleep(10);
  await kill(third, 'after the mail went out, before its receipt came in');
  await tellDisk();
  const inDoubt = await outboxDigests(stage);

  await operate('The operator approves the others');
  const fourth = startWorker('A fourth process goes on');
  await fourth.ended('done');

  narrator.chapter('What was promised');
  const promises = await checkPromises(stage, witness, mails.length, inDoubt);
  for (const promise of promises) narrator.check(promise);
  await tellBill();
  const kept = promises.every((promise) => promise.kept);
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  narrator.say(`\n${kept ? colours.green(`Every promise was kept, in ${seconds} s.`) : colours.red('A promise was broken.')} Try:`);
  narrator.say('  npm run inbox                   triage 50 mails, and decide on the replies yourself');
  narrator.say('  npm run inbox -- --mbox FILE    the same with your own mail; nothing leaves this machine');
  narrator.say(`  npx tsx sdk/cli/main.ts --db ${stage.db} show ${heroRun}`);
  return kept;
}

function startWorker(title: string): WorkerProcess {
  const worker = new WorkerProcess(stage, (event) => {
    witness.saw(event);
    narrator.event(event);
  });
  narrator.chapter(title, `pid ${worker.pid}`);
  return worker;
}

/** Waits for a process to tell what is waited for; fails if it ends before. */
async function until(worker: WorkerProcess, told: (event: TelemetryEvent) => boolean): Promise<void> {
  let over = false;
  const end = worker.ended('done').finally(() => (over = true));
  end.catch(() => {});
  while (!worker.events.some(told)) {
    if (over) {
      await end;
      throw new Error(`process ${worker.pid} came to its end before it could be killed`);
    }
    await sleep(5);
  }
}

async function kill(worker: WorkerProcess, where: string): Promise<void> {
  worker.kill();
  await worker.ended('killed');
  narrator.killed(worker.pid, where);
}

async function tellDisk(): Promise<void> {
  narrator.chapter('What is on disk now', stage.db);
  const runs = await readDisk(stage);
  witness.readDisk(runs);
  for (const run of runs) {
    narrator.row(run.id, run.status, [...run.steps.map(({ method }) => method), ...run.effects.map(describeEffect)].join(', '));
  }
  const replies = await readOutbox(stage);
  narrator.say(`          In the outbox: ${replies.length === 0 ? 'nothing' : count(replies.length, 'reply', 'replies')}.`);
}

const describeEffect = ({ method, state }: RunOnDisk['effects'][number]) =>
  state === 'intended' ? colours.yellow(`${method}: intent without receipt`) : `${method}: ${state}`;

/** The operator is this process: it opens the same file, executes nothing, and says yes. */
async function operate(title: string, only?: readonly string[]): Promise<void> {
  narrator.chapter(title, 'approved automatically here; "npm run inbox" asks you');
  const flow = await DurableFlow.open(stage.db);
  try {
    for (const approval of flow.approvals()) {
      if (only && !only.includes(approval.runId)) continue;
      if (only) narrator.quote(approval.show);
      await flow.approve(approval.id, { by: 'crash-story', digest: approval.digest });
      narrator.row(approval.runId, 'approved', `exactly these arguments: ${approval.digest.slice(0, 12)}`);
    }
  } finally {
    await flow.close();
  }
}

async function tellBill(): Promise<void> {
  narrator.chapter('What it cost');
  const bill = await readBill(stage);
  const paid = bill.reduce((sum, { costUsd }) => sum + costUsd, 0);
  const replayed = witness.replayed().filter(({ method }) => isModelCall(method));
  const flow = await DurableFlow.open(stage.db);
  const costOf = (run: string, call: number) =>
    (flow.show(run).steps.find((step) => step.call === call)!.value as Answer<unknown>).usage.costUsd;
  const saved = replayed.reduce((sum, { run, call }) => sum + costOf(run, call), 0);
  await flow.close();
  narrator.say(`          ${count(bill.length, 'model call').padEnd(16)}  paid          ${dollars(paid)}`);
  narrator.say(`          ${count(replayed.length, 'model call').padEnd(16)}  from journal  ${dollars(saved)} not paid again`);
}

try {
  process.exitCode = (await story()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${coloursFor(process.stderr).red('Error:')} ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
