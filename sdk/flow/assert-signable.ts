import type { WorkflowDefinition } from '../definition/workflow-definition.js';
import { DurableFlowError } from '../errors/index.js';

/** Nobody signs for the passing of time, and the moments in the file could be edited: throws `DF_INVALID_DEFINITION`. */
export function assertSignable({ name, methods }: WorkflowDefinition): void {
  for (const { id, approval } of methods.values()) {
    if (approval?.onExpire !== 'approve') continue;
    throw new DurableFlowError(
      'DF_INVALID_DEFINITION',
      `${id} of workflow "${name}" has onExpire: 'approve', which cannot be signed; leave it out, or open the flow without approvalSecret`,
    );
  }
}
