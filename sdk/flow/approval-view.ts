import { isSignedBy } from '../approvals/sign-decision.js';
import { decode } from '../journal/index.js';
import type { ApprovalRecord, Store, Verdict, Vote } from '../store/index.js';

/** A gate: what will be done if somebody says yes. */
export interface ApprovalView {
  readonly id: number;
  readonly runId: string;
  readonly workflow: string;
  readonly call: number;
  readonly method: string;
  /** The exact arguments. */
  readonly args: readonly unknown[];
  /** Digest of the exact arguments; hand it back with the decision, to be sure that it is made on what was read. */
  readonly digest: string;
  readonly show: string;
  readonly requestedAt: Date;
  readonly expiresAt: Date | undefined;
  readonly verdict: Verdict | undefined;
  readonly by: string | undefined;
  readonly reason: string | undefined;
  readonly decidedAt: Date | undefined;
  /** How many different people must say yes, and who has. */
  readonly quorum: number;
  readonly approvedBy: readonly string[];
  /** Who may decide; anyone if undefined. */
  readonly deciders: readonly string[] | undefined;
  /** The arguments that an operator put in the place of `args`. */
  readonly edited: readonly unknown[] | undefined;
  /** Every yes by itself, the oldest first. */
  readonly votes: readonly VoteView[];
  /** What the decision's signature is worth; undefined while there is no decision. Time needs none: an expired gate is `valid`. */
  readonly signed: Signed | undefined;
}

/** One yes of those that a quorum needs. */
export interface VoteView {
  readonly by: string;
  readonly at: Date;
  readonly signed: Signed;
}

/**
 * Whether a holder of the approval secret made a decision. `forged`: it carries a signature that is not theirs, or none though
 * this flow was opened with the secret. `unsigned` and `unchecked`, without the secret: it carries none, or one that cannot be checked.
 */
export type Signed = 'valid' | 'forged' | 'unsigned' | 'unchecked';

/** Reads a gate as it is stored. */
export type ApprovalReader = (approval: ApprovalRecord) => ApprovalView;

/** A reader that knows the votes of this store, and checks signatures with this secret. */
export function approvalReader(store: Store, secret: string | undefined): ApprovalReader {
  return (approval) => ({
    id: approval.id,
    runId: approval.runId,
    workflow: approval.workflow,
    call: approval.call,
    method: approval.method,
    args: decode(approval.args) as unknown[],
    digest: approval.digest,
    show: approval.show,
    requestedAt: new Date(approval.requestedAt),
    expiresAt: date(approval.expiresAt),
    verdict: approval.verdict,
    by: approval.decidedBy,
    reason: approval.reason,
    decidedAt: date(approval.decidedAt),
    quorum: approval.quorum,
    approvedBy: approval.approvedBy,
    deciders: approval.deciders,
    edited: approval.edited === undefined ? undefined : (decode(approval.edited) as unknown[]),
    votes: approval.approvedBy.length === 0 ? [] : store.votes(approval.id).map((vote) => voteView(approval, vote, secret)),
    signed: decisionSigned(approval, secret),
  });
}

function voteView(
  { runId, call, digest, code, edited }: ApprovalRecord,
  { by, at, signature }: Vote,
  secret: string | undefined,
): VoteView {
  const decision = { runId, call, digest, code, verdict: 'approved', by, at, edited } as const;
  return { by, at: new Date(at), signed: worth(signature, secret, (it) => isSignedBy(it, decision, signature)) };
}

function decisionSigned({ decidedBy: by, decidedAt: at, verdict, signature, ...approval }: ApprovalRecord, secret: string | undefined) {
  if (verdict === undefined) return undefined;
  if (verdict === 'expired') return 'valid';
  const { runId, call, digest, code, edited } = approval;
  return worth(signature, secret, (it) => isSignedBy(it, { runId, call, digest, code, verdict, by, at: at!, edited }, signature));
}

function worth(signature: string | undefined, secret: string | undefined, isValid: (secret: string) => boolean): Signed {
  if (secret !== undefined) return isValid(secret) ? 'valid' : 'forged';
  return signature === undefined ? 'unsigned' : 'unchecked';
}

const date = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms));
