import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Option } from 'commander';
import type { ReadinessReport } from '../../../readiness-suites/report/readiness-schema.js';
import type { ReadinessView } from '../../../readiness-suites/report/readiness-view.js';
import { examples, wholeNumber } from '../arguments.js';
import type { Cli } from '../cli.js';
import { CliError } from '../cli-error.js';
import type { Exit } from '../exit-codes.js';
import type { Look } from '../render/look.js';
import { runVitest, type VitestCall } from '../run-vitest.js';

interface ReadinessOptions {
  readonly seed?: number;
  readonly updateBaseline?: true;
}

const formats = ['text', 'md', 'html', 'junit'] as const;

interface ReportOptions {
  readonly format: (typeof formats)[number];
}

const exits: Readonly<Record<ReadinessReport['state'], Exit>> = {
  ship: 'ok',
  no_ship: 'noShip',
  incomplete: 'noVerdict',
  inconclusive: 'noVerdict',
  empty: 'noVerdict',
  harness_error: 'harnessError',
};

/** `durableflow readiness` */
export function readiness(cli: Cli): void {
  const command = cli.program
    .command('readiness')
    .helpGroup('Try:')
    .summary('Ship, or do not ship: run the readiness suites.')
    .description(
      "Run readiness suites with the project's own Vitest and say whether the agents may ship: those in the files that are named, or all. Exits with 0 for a ship, 1 for no ship, 2 if not everything was tried or it is too little to tell, 3 if the kit or the test run broke.",
    )
    .argument('[files...]', 'Test files, or parts of their names; all that declare a readiness suite if absent.')
    .option('--seed <n>', 'Draw faults from this seed, as a report names it.', wholeNumber)
    .option('--update-baseline', 'Write the rules in force to readiness.baseline.json; a later run tells what was changed.')
    .addHelpText(
      'after',
      examples(
        ['readiness', 'may the agents of this project ship?'],
        ['readiness refund.test.ts --seed 7', 'one file, with the faults of an earlier run'],
        ['readiness --update-baseline', 'these are the rules; review the file and commit it'],
      ),
    )
    .action((files: readonly string[], options: ReadinessOptions) => judge(cli, files, options));
  command
    .command('report')
    .summary('Render a report again.')
    .description('Render the readiness.json of an earlier run, as text for the terminal if no format is named.')
    .argument('<file>', 'A readiness.json.')
    .addOption(new Option('--format <format>', 'The form.').choices(formats).default('text'))
    .addHelpText('after', examples(['readiness report .readiness/readiness.json --format html > report.html', 'a page of it']))
    .action((file: string, { format }: ReportOptions) => show(cli, file, format));
}

async function judge(cli: Cli, files: readonly string[], { seed, updateBaseline }: ReadinessOptions): Promise<void> {
  const { reportFileVariable, baselineVariable } = await import('../../../vitest-plugin/report-variables.js');
  const folder = mkdtempSync(join(tmpdir(), 'durableflow-readiness-'));
  const file = join(folder, 'readiness.json');
  const env = {
    ...cli.io.env,
    [reportFileVariable]: file,
    ...(seed !== undefined && { DURABLEFLOW_SEED: String(seed) }),
    ...(updateBaseline && { [baselineVariable]: 'update' }),
  };
  const call = { cwd: process.cwd(), env } as const;
  try {
    const chosen = files.length > 0 ? files : await filesWithSuites(call);
    await runVitest({ ...call, argv: ['run', ...chosen], output: cli.json ? 'stderr' : 'stdout' });
    if (!existsSync(file)) throw new CliError('CLI_NO_VERDICT', 'the tests were run, and there is no readiness report');
    const report = await reportIn(file);
    const { buildView } = await import('../../../readiness-suites/report/build-view.js');
    const { verdict } = buildView(report);
    cli.report({ data: report, text: ({ colors }) => `${colors.bold(verdict.word)}  ${verdict.sentence}`, exit: exits[report.state] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The test files of the project that declare a suite: its other tests are no part of the question. */
async function filesWithSuites(call: Pick<VitestCall, 'cwd' | 'env'>): Promise<string[]> {
  const text = await runVitest({ ...call, argv: ['list', '--filesOnly', '--json'], output: 'text' });
  const listed = JSON.parse(text.slice(text.indexOf('['))) as readonly { readonly file: string }[];
  const found = [...new Set(listed.map(({ file }) => file))].filter((file) =>
    /\bdescribe\s*\.\s*readiness\b/.test(readFileSync(file, 'utf8')),
  );
  if (found.length === 0) throw new CliError('CLI_NO_SUITE', `no test file in ${call.cwd} declares a readiness suite`);
  return found.map((file) => relative(call.cwd, file));
}

async function show(cli: Cli, file: string, format: ReportOptions['format']): Promise<void> {
  const report = await reportIn(file);
  const { buildView } = await import('../../../readiness-suites/report/build-view.js');
  const text = await rendererOf(format);
  const view = buildView(report);
  cli.report({ data: report, text: (look) => text(view, look).trimEnd() });
}

async function rendererOf(format: ReportOptions['format']): Promise<(view: ReadinessView, look: Look) => string> {
  if (format === 'html') return (await import('../../../readiness-suites/report/render/html/page.js')).renderHtml;
  if (format === 'md') return (await import('../../../readiness-suites/report/render/markdown.js')).renderMarkdown;
  if (format === 'junit') return (await import('../../../readiness-suites/report/render/junit.js')).renderJunit;
  const { renderTerminal } = await import('../../../readiness-suites/report/render/terminal.js');
  return (view, { width, colors }) => renderTerminal(view, { width: Math.min(width, 100), colors });
}

async function reportIn(file: string): Promise<ReadinessReport> {
  const { parseReport } = await import('../../../readiness-suites/report/readiness-schema.js');
  try {
    return parseReport(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new CliError('CLI_FILE_FAILED', `there is no file ${file}`, { fix: 'Check the path.' });
    throw error;
  }
}
