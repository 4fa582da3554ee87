import type { ApprovalRequest, DecisionRecord, EffectIntent, NewRun, Owner, Store } from 'durableflow';
import { digest, encode, type JournalRecord } from '../../sdk/journal/index.js';

const input = encode({ n: 1 }, 'the input');

export const newRun = (id: string, changes: Partial<NewRun> = {}): NewRun => ({
  id,
  workflow: 'w',
  version: '1',
  input,
  inputDigest: digest(input),
  at: 10,
  owner: undefined,
  ...changes,
});

export const owner = (id: string): Owner => ({ id, host: 'h', pid: 1, processStart: '1', expiresAt: 1_000_000 });

/** The record of a call, at the place in the journal that has the same number. */
export const journalRecord = (call: number): JournalRecord => ({
  seq: call,
  call,
  name: 'method',
  digest: `digest ${call}`,
  outcome: 'returned',
  value: encode(`value ${call}`, ''),
  attempts: 1,
  startedAt: 11,
  endedAt: 12,
});

export const effectIntent = (call: number, changes: Partial<EffectIntent> = {}): EffectIntent => ({
  call,
  method: 'send',
  scope: 'w/send',
  key: 'key',
  digest: 'digest',
  intendedAt: 11,
  ...changes,
});

export const approvalRequest = (call: number): ApprovalRequest => ({
  call,
  method: 'gated',
  digest: digest('[1]'),
  args: '[1]',
  show: 'gated(1)',
  requestedAt: 11,
  expiresAt: undefined,
  quorum: 1,
  deciders: undefined,
  code: 'code',
});

/** What a call knew: one item that did not fit, and one question to a model. */
export const decisionRecord = (call: number): DecisionRecord => ({
  call,
  method: 'method',
  recordedAt: 12,
  budget: { maxTokens: 10, reserve: 2, tokens: 0, queryDigest: 'digest of query' },
  artifacts: [
    {
      reference: 'item', digest: 'digest of item', state: 'rejected', reason: 'over_budget', tokens: 11, score: 0.5, rank: 1, pinned: false, content: undefined,
    },
  ],
  modelCalls: [
    {
      attempt: 1, target: undefined, provider: 'p', model: 'm', answeredBy: 'm', outcome: 'answered', startedAt: 11, durationMs: 1, promptDigest: 'digest of prompt',
      answerDigest: undefined, usage: undefined, costUsd: 0.1, chargedUsd: undefined, maxTokens: 5, stopReason: 'end', requestId: undefined, prompt: undefined, answer: undefined,
    },
  ],
  inherited: false,
}); // prettier-ignore

/** What `append` settles besides the record. */
export const receipt = (state: 'done' | 'failed'): Parameters<Store['append']>[2] => ({ effect: state });
