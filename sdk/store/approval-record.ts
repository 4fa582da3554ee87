/** What was decided, or that nobody did in time. */
export type Verdict = 'approved' | 'rejected' | 'expired';

/** One yes, of those that a quorum needs. */
export interface Vote {
  readonly by: string;
  readonly at: number;
  /** Proof that it was given by a holder of the secret. */
  readonly signature: string | undefined;
}

/** One gate of one run: the exact arguments it stands for, and the decision on them. Times in milliseconds since the epoch. */
export interface ApprovalRecord {
  readonly id: number;
  readonly runId: string;
  readonly workflow: string;
  readonly call: number;
  readonly method: string;
  /** Digest of the exact arguments. */
  readonly digest: string;
  /** The encoded arguments. */
  readonly args: string;
  /** What the operator reads. */
  readonly show: string;
  readonly requestedAt: number;
  readonly expiresAt: number | undefined;
  readonly verdict: Verdict | undefined;
  readonly decidedBy: string | undefined;
  readonly decidedAt: number | undefined;
  readonly reason: string | undefined;
  /** How many different deciders must say yes. */
  readonly quorum: number;
  /** Who may decide; anyone if undefined. */
  readonly deciders: readonly string[] | undefined;
  /** Those who have said yes so far. */
  readonly approvedBy: readonly string[];
  /** The encoded arguments that an operator put in the place of `args`. */
  readonly edited: string | undefined;
  /** Digest of the code that the decision is about. */
  readonly code: string;
  /** Proof that the decision was made by a holder of the secret. */
  readonly signature: string | undefined;
}

/** A gate to put up. */
export type ApprovalRequest = Pick<
  ApprovalRecord,
  'call' | 'method' | 'digest' | 'args' | 'show' | 'requestedAt' | 'expiresAt' | 'quorum' | 'deciders' | 'code'
> & {
  /** The number that it is to have; the store counts, if there is none. */
  readonly id?: number | undefined;
};

/** A decision to record. If `digest` is given, it must be that of the arguments on record. */
export interface ApprovalDecision {
  readonly verdict: Verdict;
  readonly by: string | undefined;
  readonly reason: string | undefined;
  readonly at: number;
  readonly digest?: string | undefined;
  readonly edited?: string | undefined;
  readonly signature?: string | undefined;
}
