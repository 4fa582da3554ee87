import { setWorkflowMetadata, workflowMetadata } from '../../sdk/definition/method-metadata.js';
import type { WorkflowClass } from '../../sdk/definition/workflow-definition.js';

/** The same class under a name that nobody else has on a server that others use as well. */
export function renamedClass(original: WorkflowClass, suffix: string): WorkflowClass {
  const Renamed = class extends original {};
  Object.defineProperty(Renamed, 'name', { value: original.name });
  const metadata = workflowMetadata(original)!;
  setWorkflowMetadata(Renamed, { ...metadata, name: `${metadata.name}${suffix}` });
  return Renamed;
}
