import { writeFile } from 'node:fs/promises';
import type { DurableFlow } from '../../index.js';
import type { PlanTrace } from '../../planner/plan-trace.js';
import { examples } from '../arguments.js';
import type { Cli } from '../cli.js';
import { CliError } from '../cli-error.js';
import { plain } from '../render/plain.js';

/** `durableflow trace REQUEST` */
export function trace(cli: Cli): void {
  cli.program
    .command('trace')
    .helpGroup('Look:')
    .summary('Why a request to the planner was answered as it was.')
    .description(
      'Show one request to the target planner: what it asked for, which targets were considered and why each was taken or left, what was tried, what it cost beside what was expected, and what would change the plan.',
    )
    .argument('<request>', 'The id of the request: the header x-request-id of its answer.')
    .option('--html <file>', 'Write it as a page that loads nothing.')
    .addHelpText('after', examples(['--db planner.db trace r-17', 'in words'], ['trace r-17 --html r-17.html', 'as a page']))
    .action(async (request: string, { html }: { html?: string }) => {
      const found = await cli.withFlow((flow) => readTrace(flow, request));
      if (html !== undefined) return writePage(cli, found, html);
      const { traceText } = await import('../../planner/trace/trace-text.js');
      cli.report({ data: { trace: found }, text: (look) => traceText(found, look) });
    });
}

async function readTrace(flow: DurableFlow, request: string): Promise<PlanTrace> {
  const { requestRecord } = await import('../../planner/execution/request-record.js');
  const { makeTrace } = await import('../../planner/trace/make-trace.js');
  return makeTrace(request, requestRecord(flow, request));
}

async function writePage(cli: Cli, found: PlanTrace, file: string): Promise<void> {
  const { traceHtml } = await import('../../planner/trace/trace-html.js');
  try {
    await writeFile(file, traceHtml(found), { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    throw new CliError('CLI_FILE_FAILED', `${file} cannot be written: ${(cause as Error).message}`, { cause });
  }
  cli.report({ data: { request: found.requestId, file }, text: () => `The trace of ${plain(found.requestId)} is in ${plain(file)}.` });
}
