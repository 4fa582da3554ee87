import type { ApprovalView, DurableFlow } from 'durableflow';
import type { TriageMail } from '../triage-mail.js';
import { stateOf, type MailState } from './triage-mails.js';

/** What an operator says to a reply that waits. */
export type Decision =
  | { readonly kind: 'approve' }
  | { readonly kind: 'reject'; readonly reason: string }
  | { readonly kind: 'skip' }
  | { readonly kind: 'quit' };

/** A reply that waits, and the mail that it answers. */
export interface WaitingReply {
  readonly mail: TriageMail;
  readonly approval: ApprovalView;
  readonly position: number;
  readonly total: number;
}

/** Asks whoever may decide. */
export type AskOperator = (waiting: WaitingReply) => Promise<Decision>;

/** Puts every waiting reply before the operator, one after the other; returns all mails as they stand then. */
export async function reviewReplies(flow: DurableFlow, states: readonly MailState[], ask: AskOperator, by: string): Promise<MailState[]> {
  const begin = Date.now();
  const reviewed = new Map(states.map((state) => [state.runId, state]));
  const waiting = states.filter(({ status }) => status === 'waiting');
  const sending: Promise<unknown>[] = [];
  for (const [index, { runId }] of waiting.entries()) {
    const [approval] = flow.approvals({ runId });
    if (!approval) continue;
    const decision = await ask({ mail: approval.args[0] as TriageMail, approval, position: index + 1, total: waiting.length });
    if (decision.kind === 'quit') break;
    if (decision.kind === 'skip') continue;
    // The digest says on what was decided: exactly these arguments.
    const word = { by, digest: approval.digest };
    if (decision.kind === 'approve') await flow.approve(approval.id, word);
    else await flow.reject(approval.id, { ...word, reason: decision.reason });
    sending.push(
      flow
        .run(runId)
        .settled()
        .then((view) =>
          reviewed.set(runId, { ...stateOf(view, begin), work: reviewed.get(runId)!.work === 'started' ? 'started' : 'resumed' }),
        ),
    );
  }
  await Promise.all(sending);
  return [...reviewed.values()];
}
