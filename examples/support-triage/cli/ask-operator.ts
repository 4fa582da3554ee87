import { isCancel, note, select, text } from '@clack/prompts';
import type { ApprovalView } from 'durableflow';
import { printable } from '../../inbox-triage/cli/terminal.js';

/** What an operator says to one gate. */
export type Decision = { readonly kind: 'approve' | 'later' | 'quit' } | { readonly kind: 'reject'; readonly reason: string };

/** Shows exactly what would be done, and asks. Ctrl+C and Escape mean: stop asking. */
export async function askOperator(gate: ApprovalView): Promise<Decision> {
  note(printable(gate.show), `${gate.runId}: ${gate.method}`);
  const answer = await select<Decision['kind']>({
    message: 'Do it?',
    options: [
      { value: 'approve', label: 'Yes' },
      { value: 'reject', label: 'No', hint: 'asks for the reason' },
      { value: 'later', label: 'Later' },
      { value: 'quit', label: 'Stop asking' },
    ],
  });
  if (isCancel(answer)) return { kind: 'quit' };
  if (answer !== 'reject') return { kind: answer };
  const reason = await text({ message: 'Why not?', placeholder: 'the agent is told' });
  return isCancel(reason) ? { kind: 'quit' } : { kind: 'reject', reason: reason?.trim() || 'no reason given' };
}
