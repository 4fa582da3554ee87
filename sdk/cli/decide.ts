import { InvalidArgumentError, Option } from 'commander';
import { DurableFlowError } from '../errors/index.js';
import type { ApprovalView } from '../index.js';
import type { Cli } from './cli.js';
import { loadApp } from './load-app.js';
import { editsText } from './render/approvals.js';
import { plain } from './render/plain.js';
import { executesByName } from './settle.js';

/** Options of `approve` and `reject`. */
export interface DecideOptions {
  readonly by?: string;
  readonly reason?: string;
  readonly expect?: string;
  /** All arguments, changed; and the module that registers the class whose schema checks them. */
  readonly edit?: readonly unknown[];
  readonly app?: string;
}

/** Shorter ones could be met by accident. */
const shortestPrefix = 8;

/** `--expect`: the decision is made on these arguments or not at all. */
export const expectOption = () =>
  new Option(
    '--expect <digest>',
    `The digest of the arguments that were read, or its first ${shortestPrefix} or more characters; if it is another one, nothing is decided.`,
  ).argParser((text: string) => {
    if (text.length >= shortestPrefix) return text;
    throw new InvalidArgumentError(`It must have ${shortestPrefix} or more characters.`);
  });

/** Records a decision and says so. */
export async function decide(cli: Cli, verb: 'approve' | 'reject', id: number, options: DecideOptions): Promise<void> {
  const { by, reason, expect, edit, app } = options;
  const decider = cli.decider(by);
  // First, so that a wrong database is told before the module is loaded.
  void cli.file;
  const register = app === undefined ? undefined : await loadApp(app, cli.io);
  await cli.withFlow(async (flow) => {
    const read = flow.approval(id);
    if (expect !== undefined) assertExpected(read, expect);
    await register?.(flow);
    await flow[verb](id, { by: decider, digest: read.digest, ...(reason !== undefined && { reason }), ...(edit && { edit }) });
    const approval = flow.approval(id);
    cli.report({ data: { approval }, text: () => doneText(approval, verb, decider, cli.executor) });
  }, executesByName);
}

function doneText(approval: ApprovalView, verb: 'approve' | 'reject', decider: string, executor: string): string {
  const { id, show, runId, verdict, quorum, approvedBy, args, edited } = approval;
  const said = `${verb === 'approve' ? 'Approved' : 'Rejected'} #${id} as ${plain(decider)}: ${plain(show)}`;
  const changes = edited ? `\nwith other arguments:\n${editsText(args, edited, Infinity).join('\n')}` : '';
  if (!verdict) return `${said}\n${approvedBy.length} of ${quorum} people have said yes; it stays open for the others.`;
  return `${said}${changes}\nRun ${plain(runId)} goes on as soon as a ${executor} executes it.`;
}

function assertExpected({ id, digest }: ApprovalView, expected: string): void {
  if (digest.startsWith(expected)) return;
  throw new DurableFlowError('DF_APPROVAL_CHANGED', `the arguments of approval ${id} have the digest ${digest}, not ${expected}`, {
    details: { approvalId: id },
  });
}
