import { availableParallelism } from 'node:os';
import { readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { Option, type Command } from 'commander';
import type { ColonyReport } from '../../../colony/report/colony-report.js';
import type { TraceLosses } from '../../../colony/sim/run-sim.js';
import { examples, positiveInteger, positiveNumber } from '../arguments.js';
import type { Cli } from '../cli.js';
import { CliError } from '../cli-error.js';
import type { Exit } from '../exit-codes.js';
import { givenOptions } from '../given-options.js';
import { table } from '../render/table.js';
import { addressesOf, isRestate } from '../restate-database.js';

const profiles = ['calm', 'moderate', 'hostile'] as const;
const polarities = ['available', 'preempted'] as const;

interface ColonyOptions {
  readonly profile: (typeof profiles)[number];
  readonly trace?: string;
  readonly polarity?: (typeof polarities)[number];
  readonly compression?: number;
  readonly seeds: number;
  readonly jobs: number;
  readonly first: number;
  readonly headline?: true;
  readonly breakEven: boolean;
  readonly processes?: number;
  readonly out: string;
  readonly live?: true;
  readonly budget?: number;
  readonly machines: number;
}

type RealOptions = Pick<ColonyOptions, 'profile' | 'seeds' | 'out'> & { readonly engine?: string };

const exits: Readonly<Record<ColonyReport['verdict']['state'], Exit>> = { ship: 'ok', no_ship: 'noShip', inconclusive: 'noVerdict' };

/** `durableflow colony` */
export function colony(cli: Cli): void {
  const command = cli.program
    .command('colony')
    .helpGroup('Try:')
    .summary('Durable against naive, on machines that are lost.')
    .description(
      'Run the same batch of jobs durably and from scratch, under the same losses of machines, in simulated time: how many jobs get done, at what cost, with which promises kept. The engine that executes them is the real one. Exits with 0 for a ship, 1 for no ship, 2 if it is too little to tell.',
    )
    .addOption(new Option('--profile <profile>', 'How often machines are lost.').choices(profiles).default('hostile'))
    .option(
      '--trace <file>',
      'Losses of real machines instead: a CSV of ms, add or remove, node; one of date,availability; or a JSON of it.',
    )
    .addOption(new Option('--polarity <meaning>', 'What 1 means in a trace of availability.').choices(polarities))
    .option('--compression <factor>', 'How many hours of the trace pass in one hour of the batch; 1 if absent.', positiveNumber)
    .option('--seeds <n>', 'How many batches.', positiveInteger, 40)
    .option('--jobs <n>', 'How many jobs a batch has.', positiveInteger, 20)
    .option('--first <seed>', 'The first seed; the others follow.', positiveInteger, 1)
    .option('--headline', 'Only the two arms that the verdict rests on: with and without the engine, retries without limit.')
    .option('--no-break-even', 'Leave out the curve that shows from which rate of losses on durability pays.')
    .option('--processes <n>', 'How many processes share the seeds; one for each core if absent.', positiveInteger)
    .option('--live', 'Rent real machines from Vast.ai instead, and measure what it takes to get one. Needs VAST_API_KEY and --budget.')
    .option('--budget <usd>', 'With --live: what the machines may cost altogether, in US dollars.', positiveNumber)
    .option('--machines <n>', 'With --live: how many machines, one after the other.', positiveInteger, 1)
    .option('--out <folder>', 'Where benchmark_result.json, colony.md and colony.html are written.', '.colony')
    .addHelpText(
      'after',
      examples(
        ['colony', 'the hostile profile, with a page of plots'],
        ['colony --profile calm --seeds 200', 'where losses are rare'],
        ['colony --trace p3.csv --compression 1', 'under the losses of real machines'],
        ['colony --seeds 10000 --jobs 5 --headline --no-break-even', 'ten thousand small batches'],
      ),
    )
    .action((options: ColonyOptions) => (options.live ? live(cli, options) : simulate(cli, options)));
  command
    .command('real')
    .summary('The same with real processes, killed with SIGKILL.')
    .description(
      'Run the batches with real processes on one SQLite file: machines are killed with SIGKILL, at moments of the schedule and at the most delicate places of a stage, or stopped and waked again. What starting, noticing and going on take is measured. Takes some minutes.',
    )
    .addOption(new Option('--profile <profile>', 'How often machines are lost.').choices(profiles).default('moderate'))
    .option('--seeds <n>', 'How many batches of each arm.', positiveInteger, 5)
    .option('--engine <server>', 'A Restate server for tests in place of the file, such as restate:http://127.0.0.1:8080, on this machine.')
    .option('--out <folder>', 'Where benchmark_result.json, colony.md and colony.html are written.', '.colony')
    .addHelpText(
      'after',
      examples(
        ['colony real', 'thirty machines and more, killed'],
        ['colony real --seeds 1 --engine restate:http://127.0.0.1:8080', 'the durable machines as workers of a Restate server'],
      ),
    )
    .action((_options: RealOptions, subcommand: Command) => real(cli, givenOptions<RealOptions>(subcommand)));
  command
    .command('compat')
    .summary('The figures of the first protocol.')
    .description('Make the published figures of the first protocol again, from its seeds, and say why they prove little.')
    .addHelpText('after', examples(['colony compat', 'six rows, to the digit']))
    .action(() => compat(cli));
}

async function simulate(cli: Cli, options: ColonyOptions): Promise<void> {
  const { benchmark, publishedSeedCompat } = await import('../../../colony/benchmark.js');
  const { Scoreboard } = await import('../../../colony/report/scoreboard.js');
  const { snapshotsOf } = await import('../../../colony/report/sim-snapshots.js');
  const { pipelineWorkload } = await import('../../../colony/job/colony-job.js');
  const { headlinePair } = await import('../../../colony/arm.js');
  const lone = (['polarity', 'compression'] as const).find((name) => options[name] !== undefined);
  if (options.trace === undefined && lone)
    throw new CliError('CLI_USAGE', `--${lone} says how to read a trace, and there is none`, { fix: 'Name the trace by --trace <file>.' });
  const losses = options.trace === undefined ? options.profile : await traceLosses(options.trace, options);
  const board = new Scoreboard({ retries: 3, stream: cli.io.stderr as NodeJS.WriteStream });
  const snapshots = snapshotsOf(options.seeds);
  let report: ColonyReport;
  try {
    report = await benchmark({
      losses,
      workload: { ...pipelineWorkload, jobs: options.jobs },
      seeds: Array.from({ length: options.seeds }, (_, index) => options.first + index),
      ...(options.headline && { arms: [headlinePair.naive, headlinePair.durable] }),
      processes: options.processes ?? availableParallelism(),
      breakEvenSeeds: options.breakEven && options.trace === undefined ? Math.min(options.seeds, 20) : 0,
      onRun: (run, progress) => board.update(snapshots(run, progress)),
      onBreakEven(done, total) {
        board.end();
        cli.io.stderr.write(`break-even curve: ${done} of ${total} rates of losses\n`);
      },
    });
  } finally {
    board.end();
  }
  await show(cli, { ...report, seedCompat: publishedSeedCompat() }, options.out);
}

async function real(cli: Cli, { profile, seeds, out, engine }: RealOptions): Promise<void> {
  if (engine !== undefined && !isRestate(engine))
    throw new CliError('CLI_USAGE', `--engine names a Restate server, and ${engine} is none`, {
      fix: 'Say for example --engine restate:http://127.0.0.1:8080, or leave it out for SQLite.',
    });
  const { reportOf } = await import('../../../colony/benchmark.js');
  const { runReal } = await import('../../../colony/real/run-real.js');
  const { Scoreboard } = await import('../../../colony/report/scoreboard.js');
  const { realSnapshot } = await import('../../../colony/report/real-snapshot.js');
  const board = new Scoreboard({ retries: 3, stream: cli.io.stderr as NodeJS.WriteStream });
  const stop = new AbortController();
  void cli.io.stopped().then(() => stop.abort());
  try {
    const result = await runReal({
      losses: profile,
      seeds: Array.from({ length: seeds }, (_, index) => index + 1),
      ...(engine !== undefined && { engine: addressesOf(engine, cli.io.env) }),
      picture: true,
      signal: stop.signal,
      onProgress: (batch, progress) => board.update(realSnapshot(batch, progress)),
    });
    board.end();
    await show(cli, reportOf(result), out);
  } finally {
    board.end();
  }
}

/** Real machines for real money: nothing of this is simulated. */
async function live(cli: Cli, { budget, machines }: ColonyOptions): Promise<void> {
  const { VastClient } = await import('../../../colony/live/vast-client.js');
  const { measureLive } = await import('../../../colony/live/measure-live.js');
  const { MemoryBudgetLedger } = await import('../../models/index.js');
  const { toMicros } = await import('../../models/cost.js');
  if (budget === undefined || !(budget > 0))
    throw new CliError('CLI_USAGE', '--live spends real money, so it needs --budget: what all machines together may cost, in US dollars', {
      fix: 'Say it, for example --budget 0.50.',
    });
  const client = new VastClient({
    apiKey: cli.io.env['VAST_API_KEY'] ?? '',
    ledger: new MemoryBudgetLedger(),
    budget: { kind: 'workflow', key: 'colony-live', limitMicros: toMicros(budget) },
  });
  const measured = await measureLive({ client, machines, onStep: (step) => cli.io.stderr.write(`${step}\n`) });
  const rows = measured.map(({ offer, gpu, usdPerHour, secondsToRun }) => [
    String(offer),
    gpu,
    `$${usdPerHour.toFixed(3)}`,
    `${secondsToRun.toFixed(1)} s`,
  ]);
  cli.report({
    data: { live: true, machines: measured },
    text: (look) => table([{ head: 'offer' }, { head: 'machine', wraps: true }, { head: 'an hour' }, { head: 'until it ran' }], rows, look),
  });
}

async function show(cli: Cli, report: ColonyReport, folder: string): Promise<void> {
  const { writeColonyReport } = await import('../../../colony/report/write-report.js');
  const { buildColonyView } = await import('../../../colony/report/build-view.js');
  const { renderColonyTerminal } = await import('../../../colony/report/render/terminal.js');
  const written = await writeColonyReport(folder, report).then(
    () => `Page      ${relative(process.cwd(), join(folder, 'colony.html'))}`,
    (error: unknown) => (error as Error).message,
  );
  cli.report({
    data: report,
    text: ({ width, colors }) =>
      `${renderColonyTerminal(buildColonyView(report), { width: Math.min(width, 100), colors })}\n ${colors.dim(written)}`,
    exit: exits[report.verdict.state],
  });
}

async function compat(cli: Cli): Promise<void> {
  const { publishedSeedCompat } = await import('../../../colony/benchmark.js');
  const { seedCompatFlaws, seedCompat } = await import('../../../colony/seed-compat/seed-compat.js');
  const { seedCompatTable } = await import('../../../colony/seed-compat/seed-compat-table.js');
  const rows = publishedSeedCompat();
  const results = rows.map(({ row }) => {
    const [profile, seed] = row.split('/') as ['calm' | 'moderate' | 'hostile', string];
    return seedCompat({ profile, seed: Number(seed) });
  });
  cli.report({
    data: { rows, flaws: seedCompatFlaws },
    text: (look) => seedCompatTable(results, look),
  });
}

async function traceLosses(file: string, { polarity, compression = 1 }: ColonyOptions): Promise<TraceLosses> {
  const text = readTrace(file);
  const { traceSchedule } = await import('../../../colony/schedule/trace-schedule.js');
  const trace = await parseTrace(file, text, polarity);
  return {
    name: `trace ${trace.name}`,
    compression,
    scheduleOf: (seed, { slots, horizon }) => traceSchedule(trace, { slots, seed, compression, horizon }),
  };
}

function readTrace(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError('CLI_FILE_FAILED', `${file} cannot be read: ${(error as Error).message}`, { fix: 'Check the path.' });
  }
}

/** A trace tells by its form what it follows: machines by name, or how many there were. */
async function parseTrace(file: string, text: string, counts: ColonyOptions['polarity']) {
  const name = basename(file);
  const isJson = file.endsWith('.json');
  if (!isJson && !/^\s*date\b/i.test(text)) return (await import('../../../colony/schedule/node-trace.js')).readNodeTrace(text, name);
  if (!counts)
    throw new CliError('CLI_USAGE', `${name} counts machines, and nobody can see whether those that are there or those that are gone`, {
      fix: 'Say --polarity available or --polarity preempted.',
    });
  const { readAvailabilityTrace } = await import('../../../colony/schedule/availability-trace.js');
  return readAvailabilityTrace(text, { name, format: isJson ? 'json' : 'csv', counts });
}
