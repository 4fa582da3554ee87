import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Verdict } from '../store/index.js';

/** What a signature stands for: this decision, on these arguments and this code, by this person, at this moment. */
export interface SignedDecision {
  readonly runId: string;
  readonly call: number;
  readonly digest: string;
  readonly code: string;
  readonly verdict: Verdict;
  readonly by: string | undefined;
  readonly at: number;
  readonly edited: string | undefined;
}

/** The HMAC-SHA-256 of a decision, in base64url. */
export function signDecision(secret: string, { runId, call, digest, code, verdict, by, at, edited }: SignedDecision): string {
  return createHmac('sha256', secret)
    .update(JSON.stringify([runId, call, digest, code, verdict, by ?? null, at, edited ?? null]))
    .digest('base64url');
}

/** Whether the signature is the one that a holder of the secret would make; compared in constant time. */
export function isSignedBy(secret: string, decision: SignedDecision, signature: string | undefined): boolean {
  const expected = Buffer.from(signDecision(secret, decision));
  const given = Buffer.from(signature ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
