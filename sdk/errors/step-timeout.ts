import { DurableFlowError, type ErrorDetails } from './durable-flow-error.js';

/** An attempt of a step took longer than its timeout. */
export class StepTimeout extends DurableFlowError {
  constructor(what: string, options: ErrorDetails = {}) {
    super('DF_STEP_TIMEOUT', what, options);
  }
}
