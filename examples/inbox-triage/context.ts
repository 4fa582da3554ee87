import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { auditHtml, DurableFlow } from 'durableflow';
import { coloursFor, count } from './cli/terminal.js';
import { checkLedger, questionsOnRecord } from './context/check-ledger.js';
import { selectFromLargeMailbox } from './context/large-mailbox.js';
import { readSample } from './crash-story/cast.js';
import { readBill, setStage, type Stage } from './crash-story/stage.js';
import { WorkerProcess } from './crash-story/worker-process.js';
import { InboxTriage } from './inbox-triage.js';
import { Outbox } from './mailbox/outbox.js';
import { ModelTriager } from './models/model-triager.js';
import { rulesModel } from './models/rules-model.js';
import { runIdOf } from './triage-mail.js';

interface Options {
  readonly folder: string;
  readonly mails?: number;
}

const program = new Command('context')
  .description(
    'Shows what a run knew: which mails, calendar entries and notes were seen, selected, rejected and why, given to a model, credited.',
  )
  .option('--folder <path>', 'where the runs and the page are kept', '.demo')
  .option('--mails <n>', 'select from a generated mailbox of so many mails, instead of the sample', (value: string) => {
    if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
    throw new InvalidArgumentError('Give a whole number from 1 to 999999.');
  });

/** Whose mail is being answered when the process dies: a conversation of several mails, so there is much to choose from. */
const hero = runIdOf({ id: 'eleanor.voss.9595@mailhaus.example' });
const colours = coloursFor(process.stdout);
const say = (line = '') => void process.stdout.write(`${line}\n`);

async function main({ folder, mails }: Options): Promise<boolean> {
  if (mails !== undefined) return selectFromLargeMailbox(join(folder, 'context-large'), mails, show);
  const stage: Stage = { ...(await setStage(folder, 'context')), mails: 'all', concurrency: 4, modelLatency: 60, confirmation: 0 };
  say(colours.bold('What a run knew, though it was killed in the middle'));
  say('The sample mailbox, real processes, one SQLite file. The model is scripted; its costs are what a real one would take.\n');

  const first = new WorkerProcess(stage, () => {});
  while (!first.events.some((it) => it.event === 'attempt.started' && it.run === hero && it.method === 'draft')) await sleep(5);
  first.kill();
  await first.ended('killed');
  const lost = (await readBill(stage)).length - questionsOnRecord(stage.db);
  say(
    `process ${first.pid}  ${colours.red('SIGKILL')}, while the model was asked for the draft of one mail; ${count(lost, 'answer')} lost on the way`,
  );

  const second = new WorkerProcess(stage, () => {});
  await second.ended('done');
  say(`process ${second.pid}  went on with all mails from where their journals ended`);

  const page = await answer(stage);
  const { facts, kept } = await checkLedger(stage, lost);
  for (const fact of facts) say(`${fact.kept ? colours.green('✔') : colours.red('✘')}  ${fact.what}`);
  say(`\n${colours.bold('The audit of the mail that was being answered')}: durableflow audit ${hero}\n`);
  await show(stage.db, hero);
  say(`\nAs a page with a picture: ${page}`);
  say('Which mails knew a note:  ' + colours.cyan(`npx tsx sdk/cli/main.ts --db ${stage.db} audit --artifact note:returns`));
  return kept;
}

/** The operator approves the reply, this process sends it, and the audit is complete; returns where its page is. */
async function answer(stage: Stage): Promise<string> {
  const { knowledge } = await readSample();
  const flow = await DurableFlow.open(stage.db);
  try {
    const triager = new ModelTriager(rulesModel());
    flow.register(InboxTriage, () => new InboxTriage({ knowledge, triager, outbox: new Outbox(stage.outbox) }));
    const [approval] = flow.approvals({ runId: hero });
    await flow.approve(approval!.id, { by: 'the operator of this demonstration', digest: approval!.digest });
    await flow.run(hero).result();
    const page = join(dirname(stage.db), 'audit.html');
    await writeFile(page, auditHtml(flow.audit(hero)));
    return page;
  } finally {
    await flow.close();
  }
}

/** What the command line prints about a run, as it prints it. */
async function show(db: string, run: string): Promise<void> {
  const cli = fileURLToPath(new URL('../../sdk/cli/main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', cli, '--db', db, 'audit', run], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the audit of ${run} could not be shown`);
}

try {
  process.exitCode = (await main(program.parse().opts<Options>())) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${coloursFor(process.stderr).red('Error:')} ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
