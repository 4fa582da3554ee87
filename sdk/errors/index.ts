export { ApprovalExpired, ApprovalRejected } from './approval-rejected.js';
export { DurableFlowError, type ErrorDetails } from './durable-flow-error.js';
export { errorCodes, type ErrorCode } from './error-codes.js';
export { FatalError } from './fatal-error.js';
export { RunCancelled } from './run-cancelled.js';
export { RunDiverged, type Divergence, type DivergenceSide } from './run-diverged.js';
export { StepTimeout } from './step-timeout.js';
