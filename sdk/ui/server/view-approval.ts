import type { ApprovalView } from '../../flow/approval-view.js';
import type { RunDetails } from '../../flow/run-view.js';
import type { Audit } from '../../lineage/index.js';
import type { ApprovalCard } from '../contract.js';
import { saidBefore } from '../said-before.js';
import { maybeMoment, moment, shownValue, wholeValue } from './view-value.js';

/** Who looks at a gate, and whether they may decide on anything. */
export interface Beholder {
  readonly decider: string;
  readonly canDecide: boolean;
  readonly now: Date;
}

/** What the models of its run have said last. */
export type Said = ApprovalCard['said'];

/** A gate as the page shows it. `said` is told by `viewSaid`. */
export function viewApproval(approval: ApprovalView, said: Said, beholder: Beholder): ApprovalCard {
  const { id, runId, workflow, call, method, show, args, digest, quorum, deciders, edited } = approval;
  return {
    id,
    run: runId,
    workflow,
    call,
    method,
    show,
    args: args.map(wholeValue),
    digest,
    requestedAt: moment(approval.requestedAt),
    expiresAt: maybeMoment(approval.expiresAt),
    verdict: approval.verdict ?? null,
    by: approval.by ?? null,
    reason: approval.reason ?? null,
    decidedAt: maybeMoment(approval.decidedAt),
    quorum,
    votes: approval.votes.map(({ by, at, signed }) => ({ by, at: moment(at), signed })),
    deciders: deciders ?? null,
    edited: edited?.map(wholeValue) ?? null,
    signed: approval.signed ?? null,
    said,
    barred: approval.verdict ? null : barrier(approval, beholder),
  };
}

function barrier({ deciders, approvedBy, expiresAt }: ApprovalView, { decider, canDecide, now }: Beholder): string | null {
  if (!canDecide) return 'This page was started to look only.';
  if (expiresAt && expiresAt <= now) return 'Its time is over.';
  if (deciders && !deciders.includes(decider)) return `Only ${deciders.join(', ')} may decide, and this link is ${decider}'s.`;
  // A yes is counted once.
  return approvedBy.includes(decider) ? 'You have said yes; others have to as well.' : null;
}

/** What led to a gate, as far as models said it. */
export function viewSaid(call: number, run: Pick<RunDetails, 'steps'>, audit: Pick<Audit, 'decisions'>): Said {
  return saidBefore(run, audit, call).map((said) => ({ ...said, value: shownValue(said.value) }));
}
