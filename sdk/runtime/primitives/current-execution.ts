import { currentScope } from '../../definition/current-run.js';
import { DurableFlowError } from '../../errors/index.js';
import { BodyScope } from '../body-scope.js';
import { Execution } from '../execution.js';

/** The run whose `run()` the caller is in; undefined outside the engine. Throws `DF_NESTED_CALL` in the body of a step. */
export function currentExecution(caller: string): Execution | undefined {
  const scope = currentScope.getStore();
  if (scope instanceof Execution) return scope;
  if (scope instanceof BodyScope) throw new DurableFlowError('DF_NESTED_CALL', `${caller}() was called in the body of a step`);
  return undefined;
}

/** Like `currentExecution`, where there is nothing that the function could do outside of a run: throws `DF_OUTSIDE_RUN`. */
export function requireExecution(caller: string): Execution {
  const execution = currentExecution(caller);
  if (execution) return execution;
  throw new DurableFlowError('DF_OUTSIDE_RUN', `${caller}() was called outside of a run`);
}
