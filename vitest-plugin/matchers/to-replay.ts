import { readFileSync } from 'node:fs';
import type { WorkflowClass } from '../../sdk/definition/workflow-definition.js';
import { DurableFlowError } from '../../sdk/errors/index.js';
import { replayHistory, type ReplayOptions } from '../../sdk/flow/replay-history.js';
import type { History } from '../../sdk/store/index.js';
import { verdict, type MatcherVerdict } from './verdict.js';

/** Options of `toReplay`. */
export interface ToReplayOptions extends ReplayOptions {
  /** Makes the instance; only its `run()` is executed. Default: the class, without arguments. */
  readonly factory?: () => object | Promise<object>;
}

/** Whether the class replays a recorded history: an object, or the path or URL of the JSON file that it was exported to. */
export async function toReplay(
  received: unknown,
  workflow: WorkflowClass,
  { factory, ...options }: ToReplayOptions = {},
): Promise<MatcherVerdict> {
  const history = typeof received === 'string' || received instanceof URL ? historyIn(received) : (received as History);
  const make = (factory ?? (() => instanceOf(workflow))) as () => InstanceType<WorkflowClass>;
  const { divergence } = await replayHistory(workflow, make, history, options);
  const side = (it: { readonly call: number; readonly name: string } | undefined) => (it ? `call ${it.call} ${it.name}` : 'nothing');
  const alike = divergence?.recorded?.name === divergence?.asked?.name;
  const why =
    divergence &&
    (alike
      ? `${side(divergence.asked)} has other arguments than on record`
      : `${side(divergence.recorded)} is on record, and it asks for ${side(divergence.asked)}`);
  return verdict(`the history of run "${history.run.id}"`, `replay with ${workflow.name}`, why);
}

function historyIn(file: string | URL): History {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as History;
  } catch (cause) {
    throw new DurableFlowError('DF_HISTORY_INVALID', `${String(file)} cannot be read as a history: ${String(cause)}`, { cause });
  }
}

function instanceOf(workflow: WorkflowClass): object {
  try {
    return new workflow();
  } catch (cause) {
    throw new DurableFlowError(
      'DF_INVALID_INPUT',
      `${workflow.name} cannot be made without arguments: give toReplay a factory, { factory: () => new ${workflow.name}(…) }`,
      { cause },
    );
  }
}
