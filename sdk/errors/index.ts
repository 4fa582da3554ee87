export { ApprovalExpired, ApprovalRejected } from './approval-rejected.js';
export { BudgetExceeded, type BudgetRefusal } from './budget-exceeded.js';
export { DurableFlowError, type ErrorDetails } from './durable-flow-error.js';
export { errorCodes, type ErrorCode } from './error-codes.js';
export { FatalError } from './fatal-error.js';
export { ModelError, type ModelErrorKind, type ModelFailure } from './model-error.js';
export { RunCancelled } from './run-cancelled.js';
export { RunDiverged, type Divergence, type DivergenceSide } from './run-diverged.js';
export { StepTimeout } from './step-timeout.js';
