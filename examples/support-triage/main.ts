import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { userInfo } from 'node:os';
import { Command } from 'commander';
import { DurableFlow } from 'durableflow';
import { coloursFor, count, dollars, printable } from '../inbox-triage/cli/terminal.js';
import { askOperator } from './cli/ask-operator.js';
import { triageTickets, type TicketState } from './cli/triage-tickets.js';
import { localShop } from './clients/local-shop.js';
import { readShopData } from './clients/shop-data.js';
import { chooseModels } from './models/choose-models.js';
import { SupportTriage } from './support-triage.js';

interface Options {
  readonly db: string;
  readonly shop: string;
  readonly yes: boolean;
  readonly json: boolean;
}

const exitCodes = { done: 0, error: 1, waiting: 2 } as const;

const program = new Command('support')
  .description(
    'Works on the support tickets of a bicycle shop: one durable run a ticket, and nothing is refunded or sent without your word.',
  )
  .option('--db <file>', 'where the runs are kept', '.demo/support.db')
  .option('--shop <folder>', 'where refunds and replies go', '.demo/shop')
  .option('--yes', 'approve everything without asking', false)
  .option('--json', 'print the outcome as JSON, and ask nothing', false)
  .addHelpText('after', '\nRun it again at any time: it goes on where it was.\nExit codes: 0 done, 1 error, 2 something still waits.');

async function main(options: Options): Promise<number> {
  const colours = coloursFor(process.stdout);
  const say = (line = '') => void (options.json || process.stdout.write(`${line}\n`));
  const { models, description } = chooseModels(process.env);
  const data = await readShopData();
  say(`${colours.bold('Model')} ${description}`);
  await mkdir(dirname(options.db), { recursive: true });
  const flow = await DurableFlow.open(options.db);
  process.once('SIGINT', () => void flow.close({ grace: '2s' }));
  try {
    flow.register(SupportTriage, () => new SupportTriage(localShop(models, data, options.shop)));
    const by = options.yes ? `${userInfo().username} (--yes)` : userInfo().username;
    const states = await triageTickets(flow, data.tickets, by, chooseOperator(options));
    if (options.json) process.stdout.write(`${JSON.stringify({ model: description, tickets: states }, null, 2)}\n`);
    for (const state of states) say(describe(state));
    return conclude(states, options, say);
  } finally {
    await flow.close();
  }
}

/** Who decides; undefined if nobody can be asked. */
function chooseOperator({ yes, json }: Options): typeof askOperator | undefined {
  if (yes) return async () => ({ kind: 'approve' });
  return process.stdin.isTTY && process.stdout.isTTY && !json ? askOperator : undefined;
}

function describe({ ticket, status, report, error }: TicketState): string {
  const head = `\n${ticket.id}  ${ticket.subject}`;
  if (!report) return `${head}\n     ${status}${error === undefined ? '' : `: ${printable(error)}`}`;
  const { outcome, summary, refundedCents, replied, turns, costUsd } = report;
  const refund = refundedCents > 0 ? `refunded ${(refundedCents / 100).toFixed(2)}, ` : '';
  const done = `${refund}${replied ? 'replied' : 'no reply'}, ${count(turns, 'question')} to the model, ${dollars(costUsd)}`;
  return `${head}\n     ${outcome}: ${printable(summary)}\n     ${done}`;
}

function conclude(states: readonly TicketState[], { db }: Options, say: (line?: string) => void): number {
  const waiting = states.filter(({ status }) => status === 'waiting').length;
  const stuck = states.filter(({ status }) => status !== 'waiting' && status !== 'completed').length;
  if (waiting > 0)
    say(`\n${count(waiting, 'ticket')} waiting for your word. Decide on a terminal with the same command, or approve all with --yes.`);
  if (stuck > 0) say(`\n${count(stuck, 'ticket')} could not be finished. Look closer: npx tsx sdk/cli/main.ts --db ${db} runs`);
  if (stuck > 0) return exitCodes.error;
  return waiting > 0 ? exitCodes.waiting : exitCodes.done;
}

try {
  process.exitCode = await main(program.parse().opts<Options>());
} catch (error) {
  process.stderr.write(`${coloursFor(process.stderr).red('Error:')} ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = exitCodes.error;
}
