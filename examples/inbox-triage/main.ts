import { mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { DurableFlow } from 'durableflow';
import { askInTerminal } from './cli/ask-in-terminal.js';
import { Progress } from './cli/progress.js';
import { readInbox } from './cli/read-inbox.js';
import { reviewReplies, type AskOperator } from './cli/review-replies.js';
import { mailList, summaryTable, unparsedList, workLine } from './cli/summary.js';
import { coloursFor, count } from './cli/terminal.js';
import { triageMails, type MailState } from './cli/triage-mails.js';
import { InboxTriage } from './inbox-triage.js';
import { Outbox } from './mailbox/outbox.js';
import { chooseModel } from './models/choose-model.js';
import { ModelTriager } from './models/model-triager.js';

interface Options {
  readonly mbox: string;
  readonly calendar?: string;
  readonly db: string;
  readonly outbox: string;
  readonly yes: boolean;
  readonly limit?: number;
  readonly json: boolean;
}

/** What this process has asked of the model. */
interface Spent {
  calls: number;
  costUsd: number;
}

const exitCodes = { done: 0, error: 1, waiting: 2 } as const;
const sample = (name: string) => fileURLToPath(new URL(`data/${name}`, import.meta.url));

const program = new Command('inbox')
  .description('Triages a mailbox: one durable run a mail, and nothing is sent without your word.')
  .option('--mbox <path>', 'mbox file, .eml file or folder of .eml files', sample('inbox.mbox'))
  .option('--calendar <file>', 'an .ics file (default: the sample calendar, with the sample mailbox)')
  .option('--db <file>', 'where the runs are kept', '.demo/inbox.db')
  .option('--outbox <folder>', 'where the replies go', '.demo/outbox')
  .option('--yes', 'approve every reply without asking', false)
  .option('--limit <n>', 'only the first n mails', positive)
  .option('--json', 'print the outcome as JSON, and ask nothing', false)
  .addHelpText('after', '\nRun it again at any time: it goes on where it was.\nExit codes: 0 done, 1 error, 2 something still waits.');

function positive(value: string): number {
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('Give a whole number from 1.');
}

async function main(options: Options): Promise<number> {
  const colours = coloursFor(process.stdout);
  const say = (line = '') => void (options.json || process.stdout.write(`${line}\n`));
  const calendar = options.calendar ?? (options.mbox === sample('inbox.mbox') ? sample('calendar.ics') : undefined);
  const reading = new Progress('Reading');
  const inbox = await readInbox(options.mbox, calendar, (read) => reading.update(read));
  reading.done();

  await makeFolder(dirname(options.db), '--db');
  await makeFolder(options.outbox, '--outbox');
  const flow = await DurableFlow.open(options.db);
  // What was recorded before is not asked again, and so not counted.
  const spent: Spent = { calls: 0, costUsd: 0 };
  const model = await chooseModel(options.db, ({ costUsd = 0 }) => {
    spent.calls++;
    spent.costUsd += costUsd;
  });
  say(`${colours.bold('Inbox')} ${options.mbox}\n${colours.bold('Model')} ${model.description}`);
  if (inbox.unparsed.length > 0) say(`\n${count(inbox.unparsed.length, 'mail')} left out:\n${unparsedList(inbox.unparsed)}`);
  const triager = new ModelTriager(model.models);
  const outbox = new Outbox(options.outbox);
  flow.register(InboxTriage, () => new InboxTriage({ knowledge: inbox.knowledge, triager, outbox }));
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    void flow.close({ grace: '2s' });
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const mails = inbox.mails.slice(0, options.limit);
    const working = new Progress('Triaging');
    let states = await triageMails(flow, mails, { concurrency: model.concurrency, onState: (done) => working.update(done, mails.length) });
    working.done();
    const ask = interrupted ? undefined : chooseOperator(options);
    if (ask) states = await reviewReplies(flow, states, ask, options.yes ? `${userInfo().username} (--yes)` : userInfo().username);
    if (options.json)
      process.stdout.write(`${JSON.stringify(report(options, model.description, spent, inbox.unparsed, states), null, 2)}\n`);
    else say(`\n${workLine(states, spent.calls, spent.costUsd)}\n${summaryTable(states)}`);
    return conclude(states, interrupted, options, say);
  } finally {
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
    await flow.close();
    await model.close();
  }
}

async function makeFolder(path: string, option: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw new Error(`${path} is no folder and cannot be made one. Give another with ${option}.`, { cause: error });
  });
}

/** How it ended, with what to do next. */
function conclude(states: readonly MailState[], interrupted: boolean, options: Options, say: (line?: string) => void): number {
  const waiting = states.filter(({ status }) => status === 'waiting');
  const stuck = states.filter(({ status }) => status !== 'completed' && status !== 'waiting');
  if (stuck.length > 0) {
    say(`\n${count(stuck.length, 'mail')} could not be finished:`);
    say(mailList(stuck, ({ status, error }) => `${status}${error ? `: ${error}` : ''}`));
    say(`Look closer: npx tsx sdk/cli/main.ts --db ${options.db} show ${JSON.stringify(stuck[0]!.runId)}`);
  }
  if (waiting.length > 0) {
    say(`\n${waiting.length === 1 ? '1 reply waits' : `${waiting.length.toLocaleString('en')} replies wait`} for your word:`);
    say(mailList(waiting));
    say('Decide on a terminal with the same command, or approve all of them with --yes.');
  }
  if (interrupted) say('\nStopped. Nothing is lost: the same command goes on where this one was.');
  if (stuck.length > 0) return exitCodes.error;
  return waiting.length > 0 || interrupted ? exitCodes.waiting : exitCodes.done;
}

/** Who decides on the replies; undefined if nobody can be asked. */
function chooseOperator({ yes, json }: Options): AskOperator | undefined {
  if (yes) {
    const sending = new Progress('Sending');
    return async ({ position, total }) => {
      sending.update(position, total);
      return { kind: 'approve' };
    };
  }
  return process.stdin.isTTY && process.stdout.isTTY && !json ? askInTerminal() : undefined;
}

function report(options: Options, model: string, { calls, costUsd }: Spent, unparsed: unknown, states: readonly MailState[]) {
  const { mbox, db, outbox } = options;
  return { mbox, db, outbox, model, modelCalls: calls, costUsd, unparsed, mails: states };
}

try {
  process.exitCode = await main(program.parse().opts<Options>());
} catch (error) {
  process.stderr.write(`${coloursFor(process.stderr).red('Error:')} ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = exitCodes.error;
}
