import type { ApprovalView, DurableFlow } from '../index.js';
import { DurableFlowError } from '../errors/index.js';
import type { Cli } from './cli.js';
import { describeError } from './describe-error.js';
import type { Prompts } from './prompts.js';
import { approvalText } from './render/approvals.js';
import { errorText } from './render/error.js';

const choices = [
  { value: 'approve', label: 'approve', hint: 'the call goes on with exactly these arguments' },
  { value: 'reject', label: 'reject', hint: 'asks for the reason' },
  { value: 'skip', label: 'skip', hint: 'leave it open' },
  { value: 'quit', label: 'quit', hint: 'leave it and all others open' },
] as const;

type Step = 'approved' | 'rejected' | 'skipped' | 'quit' | 'refused';

/** Asks for a decision on each open approval, one after the other. */
export async function walkApprovals(flow: DurableFlow, by: string, prompts: Prompts, cli: Cli): Promise<void> {
  const open = flow.approvals();
  const counts: Record<Step, number> = { approved: 0, rejected: 0, skipped: 0, quit: 0, refused: 0 };
  for (const [index, approval] of open.entries()) {
    cli.io.stdout.write(`\n${approvalText(approval, cli.look)}\n\n`);
    const step = await decideOne(flow, approval, by, prompts, cli, `Decide as ${by} (${index + 1} of ${open.length})`);
    counts[step]++;
    if (step === 'quit') break;
  }
  const left = flow.approvals().length;
  const { approved, rejected, skipped } = counts;
  cli.report({
    data: { approved, rejected, skipped, open: left },
    text: () =>
      open.length === 0 ? 'Nothing waits for a decision.' : `${approved} approved, ${rejected} rejected, ${skipped} skipped, ${left} open.`,
    exit: left > 0 ? 'waits' : 'ok',
  });
}

async function decideOne(
  flow: DurableFlow,
  { id, digest }: ApprovalView,
  by: string,
  prompts: Prompts,
  cli: Cli,
  question: string,
): Promise<Step> {
  const choice = (await prompts.choose(question, choices)) ?? 'quit';
  if (choice === 'skip') return 'skipped';
  if (choice === 'quit') return 'quit';
  try {
    if (choice === 'approve') {
      await flow.approve(id, { by, digest });
      return 'approved';
    }
    const reason = await prompts.ask('Why not?');
    if (reason === undefined) return 'quit';
    await flow.reject(id, { by, digest, reason });
    return 'rejected';
  } catch (error) {
    // Somebody else was faster, or the run has ended: tell it, and go on with the next.
    if (!(error instanceof DurableFlowError)) throw error;
    cli.io.stdout.write(`${errorText(describeError(error), cli.look)}\n`);
    return 'refused';
  }
}
