export type { ApprovalDecision, ApprovalRecord, ApprovalRequest, Verdict } from './approval-record.js';
export type { EffectIntent, EffectRecord, EffectResolution, EffectState, IntentAnswer } from './effect-record.js';
export type { Owner } from './owner.js';
export { endedStatuses, isEnded, type EndedStatus, type NewRun, type RunQuery, type RunRecord, type RunStatus } from './run-record.js';
export type { CancelAnswer, Claim, DecideAnswer, Ending, Lease, Parking, Started, Store } from './store.js';
