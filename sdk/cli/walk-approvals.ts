import type { ApprovalView, DurableFlow } from '../index.js';
import { DurableFlowError } from '../errors/index.js';
import { saidBefore } from '../ui/said-before.js';
import type { Cli } from './cli.js';
import { describeError } from './describe-error.js';
import type { Prompts } from './prompts.js';
import { approvalText, decisionText, editsText, saidText, votesText } from './render/approvals.js';
import { errorText } from './render/error.js';
import { toJson } from './to-json.js';

const choices = {
  approve: { value: 'approve', label: 'approve', hint: 'the call goes on with exactly these arguments' },
  edit: { value: 'edit', label: 'edit and approve', hint: 'the call goes on with arguments that you change' },
  reject: { value: 'reject', label: 'reject', hint: 'asks for the reason' },
  skip: { value: 'skip', label: 'skip', hint: 'leave it open' },
  quit: { value: 'quit', label: 'quit', hint: 'leave it and all others open' },
} as const;

type Choice = keyof typeof choices;
type Step = 'approved' | 'rejected' | 'skipped' | 'quit' | 'refused';

/** How a walk goes: who decides, and whether the classes are there whose schemas check what is edited. */
export interface Walk {
  readonly by: string;
  readonly canEdit: boolean;
}

/** Asks for a decision on each open approval, one after the other; each is read anew when its turn comes. */
export async function walkApprovals(flow: DurableFlow, walk: Walk, prompts: Prompts, cli: Cli): Promise<void> {
  const open = flow.approvals();
  const counts: Record<Step, number> = { approved: 0, rejected: 0, skipped: 0, quit: 0, refused: 0 };
  for (const [index, { id }] of open.entries()) {
    const approval = flow.approval(id);
    if (approval.verdict) {
      print(cli, `\n#${id} is decided already: ${decisionText(approval, cli.look) ?? approval.verdict}`);
      counts.refused++;
      continue;
    }
    const said = saidBefore(flow.show(approval.runId), flow.audit(approval.runId), approval.call);
    print(cli, `\n${[approvalText(approval, cli.look), ...saidText(said, cli.look)].join('\n')}\n`);
    const step = await decideOne(flow, approval, walk, prompts, cli, `Decide as ${walk.by} (${index + 1} of ${open.length})`);
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
  approval: ApprovalView,
  walk: Walk,
  prompts: Prompts,
  cli: Cli,
  question: string,
): Promise<Step> {
  const offered = offers(approval, walk).map((it) => choices[it]);
  for (;;) {
    const choice = (await prompts.choose(question, offered)) ?? 'quit';
    if (choice === 'skip') return 'skipped';
    if (choice === 'quit') return 'quit';
    try {
      const step = await decisions[choice](flow, approval, walk, prompts, cli);
      if (step) return step;
    } catch (error) {
      if (!(error instanceof DurableFlowError)) throw error;
      print(cli, errorText(describeError(error), cli.look));
      // What was written can be written better; else somebody was faster, or the run has ended: on with the next.
      if (error.code !== 'DF_APPROVAL_EDIT_REFUSED') return 'refused';
    }
  }
}

/** Undefined: nothing was decided, so the question is asked again. */
type Decide = (flow: DurableFlow, approval: ApprovalView, walk: Walk, prompts: Prompts, cli: Cli) => Promise<Step | undefined>;

const decisions: Readonly<Record<'approve' | 'edit' | 'reject', Decide>> = {
  async approve(flow, { id, digest }, { by }, _prompts, cli) {
    await flow.approve(id, { by, digest });
    return told(flow, id, cli);
  },

  async edit(flow, { id, digest, args }, { by }, prompts, cli) {
    const text = await prompts.edit('All arguments, as a JSON array', JSON.stringify(toJson(args), null, 2));
    const edit = text === undefined ? undefined : listOf(text, cli);
    if (!edit) return undefined;
    print(cli, ['with other arguments:', ...editsText(toJson(args) as unknown[], edit, cli.look.width)].join('\n'));
    if ((await prompts.choose('Approve with these?', [{ value: 'yes', label: 'yes' }, { value: 'no', label: 'no' }])) !== 'yes') return undefined; // prettier-ignore
    await flow.approve(id, { by, digest, edit });
    return told(flow, id, cli);
  },

  async reject(flow, { id, digest }, { by }, prompts) {
    const reason = await prompts.ask('Why not?');
    if (reason === undefined) return 'quit';
    await flow.reject(id, { by, digest, reason });
    return 'rejected';
  },
};

/** A gate that only others may decide is shown all the same. */
function offers({ deciders, approvedBy }: ApprovalView, { by, canEdit }: Walk): Choice[] {
  const isBarred = (deciders && !deciders.includes(by)) || approvedBy.includes(by);
  if (isBarred) return ['skip', 'quit'];
  return ['approve', ...(canEdit ? (['edit'] as const) : []), 'reject', 'skip', 'quit'];
}

function told(flow: DurableFlow, id: number, cli: Cli): Step {
  const approval = flow.approval(id);
  if (!approval.verdict) print(cli, `It stays open for the others: it needs ${votesText(approval)}.`);
  return 'approved';
}

function listOf(text: string, cli: Cli): readonly unknown[] | undefined {
  let wrong = 'it must be a JSON array of all arguments';
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
  } catch (error) {
    wrong = `it must be JSON: ${(error as Error).message}`;
  }
  print(cli, errorText({ code: 'CLI_USAGE', what: wrong, fix: 'Edit it again.' }, cli.look));
  return undefined;
}

const print = (cli: Cli, text: string) => cli.io.stdout.write(`${text}\n`);
