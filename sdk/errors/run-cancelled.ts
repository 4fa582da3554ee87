import { DurableFlowError, type ErrorDetails } from './durable-flow-error.js';

/** What `result()` throws for a cancelled run, and the reason on its abort signals. */
export class RunCancelled extends DurableFlowError {
  constructor(what: string, options: ErrorDetails = {}) {
    super('DF_CANCELLED', what, options);
  }
}
