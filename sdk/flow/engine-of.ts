import { DurableFlowError } from '../errors/index.js';
import type { EnginePorts, WorkflowRegistry } from '../runtime/index.js';

/** The inside of a flow, for what executes its classes elsewhere. */
export interface Engine {
  readonly ports: EnginePorts;
  readonly registry: WorkflowRegistry;
}

/** Filled in by every flow that is opened. */
export const engines = new WeakMap<object, Engine>();

/** The ports and the classes of a flow. Throws `DF_INVALID_INPUT` for anything else. */
export function engineOf(flow: object): Engine {
  const engine = engines.get(flow);
  if (engine) return engine;
  throw new DurableFlowError('DF_INVALID_INPUT', 'this is no flow that DurableFlow.open has returned');
}
