import { Option } from 'commander';
import type { DurableFlow, RunStatus } from '../../index.js';
import { DurableFlowError } from '../../errors/index.js';
import { endedStatuses } from '../../store/run-record.js';
import { examples } from '../arguments.js';
import { CliError } from '../cli-error.js';
import type { Cli } from '../cli.js';
import { plain } from '../render/plain.js';

interface RerunOptions {
  readonly status?: RunStatus;
  readonly workflow?: string;
  readonly yes?: boolean;
}

interface Rerun {
  readonly of: string;
  readonly id: string;
}

const everyRun = 2 ** 31 - 1;

/** `durableflow rerun [RUN…]` */
export function rerun(cli: Cli): void {
  cli.program
    .command('rerun')
    .helpGroup('Execute:')
    .summary('Make failed runs again, from the call that failed.')
    .description(
      'Make ended runs again, each as a fork at the call that failed it: the runs that are named, or all that have failed and were not made again before. Without names it asks first. The new runs go on as soon as a process executes them.',
    )
    .argument('[runs...]', 'The ids of runs that have ended.')
    .addOption(
      new Option('--status <status>', 'Without names: runs in this status; failed if absent.').choices(
        endedStatuses.filter((status) => status !== 'completed'),
      ),
    )
    .option('--workflow <name>', 'Without names: only runs of this workflow.')
    .option('-y, --yes', 'Do not ask.')
    .addHelpText(
      'after',
      examples(
        ['rerun ticket-17', 'one'],
        ['rerun --workflow refund-agent', 'all that have failed, after a question'],
        ["rerun --yes --json | jq -r '.reruns[].id'", 'in a script'],
      ),
    )
    .action(async (ids: string[], { status, workflow, yes = false }: RerunOptions) => {
      const named = ids.length > 0;
      if (named && (status ?? workflow) !== undefined) throw new CliError('CLI_USAGE', '--status and --workflow go without names of runs');
      await cli.withFlow(async (flow) => {
        const chosen = named ? [...new Set(ids)] : failedOnce(flow, status ?? 'failed', workflow);
        if (chosen.length === 0) return cli.report({ data: { reruns: [] }, text: () => 'There is no such run that was not made again.' });
        if (!named && !(await cli.confirmed(`Make ${chosen.length} runs again?`, yes)))
          return cli.report({ data: { reruns: [] }, text: () => 'Nothing was done.' });
        const reruns = await rerunAll(flow, chosen, cli);
        cli.report({ data: { reruns }, text: () => rerunText(reruns, cli.executor) });
      });
    });
}

/** Those that were made again before are left alone: calling this twice must not do the work twice. */
function failedOnce(flow: DurableFlow, status: RunStatus, workflow: string | undefined): string[] {
  const runs = flow.runs({ status, limit: everyRun, ...(workflow !== undefined && { workflow }) });
  // Oldest first, as they were begun.
  return runs.flatMap(({ id }) => (isThere(flow, `${id}#2`) ? [] : [id])).toReversed();
}

function isThere(flow: DurableFlow, id: string): boolean {
  try {
    flow.run(id);
    return true;
  } catch (error) {
    if (error instanceof DurableFlowError && error.code === 'DF_UNKNOWN_RUN') return false;
    throw error;
  }
}

async function rerunAll(flow: DurableFlow, ids: readonly string[], cli: Cli): Promise<Rerun[]> {
  // Before the first is made, so that a wrong name changes nothing.
  for (const id of ids) flow.run(id);
  const reruns: Rerun[] = [];
  for (const of of ids) {
    const [id] = await flow.rerun({ ids: [of] });
    reruns.push({ of, id: id! });
    cli.progress(`${reruns.length} of ${ids.length} runs made again`);
  }
  return reruns;
}

function rerunText(reruns: readonly Rerun[], executor: string): string {
  const lines = reruns.map(({ of, id }) => `${plain(of)} is made again as ${plain(id)}`);
  return [...lines, `${reruns.length} made again; they go on as soon as a ${executor} executes them.`].join('\n');
}
