import type { JournalRecord } from '../journal/index.js';
import type { ApprovalRecord } from './approval-record.js';
import type { DecisionRecord } from './decision-record.js';
import type { EffectRecord } from './effect-record.js';
import type { Attributes, RunRecord } from './run-record.js';
import type { SignalRecord, WaitRecord } from './wait-record.js';

/** All that is on record of one run, for keeping, for another file, or for a replay test. */
export interface History {
  readonly format: 'durableflow.history';
  readonly formatVersion: 1;
  readonly run: RunRecord;
  readonly journal: readonly JournalRecord[];
  readonly approvals: readonly ApprovalRecord[];
  readonly effects: readonly EffectRecord[];
  readonly waits: readonly WaitRecord[];
  readonly signals: readonly SignalRecord[];
  readonly attributes: Attributes;
  /** Absent in histories that were written before there was a ledger. */
  readonly decisions?: readonly DecisionRecord[];
}
