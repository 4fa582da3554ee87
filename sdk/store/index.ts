export type { ApprovalDecision, ApprovalRecord, ApprovalRequest, Verdict, Vote } from './approval-record.js';
export type {
  ArtifactQuery,
  ArtifactState,
  ArtifactUse,
  DecisionRecord,
  FoundUse,
  ModelCallRecord,
  TokenUsage,
} from './decision-record.js';
export type { BudgetLedger, BudgetScope, Reservation } from './budget-ledger.js';
export type { EffectIntent, EffectRecord, EffectResolution, EffectState, IntentAnswer } from './effect-record.js';
export type { Owner } from './owner.js';
export type { History } from './history.js';
export type { QueueCount, QueueLimit, QueueRecord, ScheduleRecord } from './queue-record.js';
export {
  endedStatuses,
  isEnded,
  type Attributes,
  type EndedStatus,
  type NewRun,
  type RunQuery,
  type RunRecord,
  type ResumptionRecord,
  type RunStatus,
} from './run-record.js';
export type { BudgetRecord, DaySpend, ModelSpend, SpendRecord } from './spend-record.js';
export type { CancelAnswer, Claim, DecideAnswer, Ending, Lease, Parking, Pruning, Receipt, SqlDatabase, Started, Store } from './store.js';
export type { NewSignal, SignalAnswer, SignalRecord, WaitRecord } from './wait-record.js';
