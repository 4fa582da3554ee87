import { workflowMetadata } from '../../definition/method-metadata.js';
import type { InputOf, OutputOf, WorkflowClass } from '../../definition/workflow-definition.js';
import { DurableFlowError } from '../../errors/index.js';
import { encode } from '../../journal/index.js';
import { isEnded } from '../../store/index.js';
import type { CallHost, ChildRequest } from '../call-host.js';
import type { Call, Outcome } from '../call.js';
import { tellWaited } from '../tell-waited.js';
import { requireExecution } from './current-execution.js';

/** Options of `child()`. */
export interface ChildOptions {
  /** The child's run id. Default: the parent's, a slash, and the number of the call. */
  readonly id?: string;
  /** Do not wait for the child's end, and do not cancel it with the parent. The call then returns the child's run id. */
  readonly detached?: boolean;
}

type ChildArguments<C extends WorkflowClass, O> =
  InputOf<C> extends undefined ? [input?: undefined, options?: O] : [input: InputOf<C>, options?: O];

/**
 * Runs another workflow as a part of this one: it has its own journal, may be executed by another process, and its
 * outcome (or error) is the call's. Cancelling the parent cancels the child.
 *
 * @example
 * ```ts
 * import { child, DurableFlow, workflow } from 'durableflow';
 *
 * @workflow({ name: 'square' })
 * class Square {
 *   async run(n: number) {
 *     return n * n;
 *   }
 * }
 *
 * @workflow({ name: 'sum-of-squares' })
 * class SumOfSquares {
 *   async run(numbers: number[]) {
 *     const squares = await Promise.all(numbers.map((n) => child(Square, n)));
 *     return squares.reduce((a, b) => a + b, 0);
 *   }
 * }
 *
 * const flow = await DurableFlow.open(':memory:');
 * flow.register(Square, () => new Square()).register(SumOfSquares, () => new SumOfSquares());
 * console.log(await (await flow.start(SumOfSquares, [1, 2, 3])).result()); // 14
 * await flow.close();
 * ```
 */
export function child<C extends WorkflowClass>(
  workflow: C,
  ...args: ChildArguments<C, ChildOptions & { readonly detached?: false }>
): Promise<OutputOf<C>>;
export function child<C extends WorkflowClass>(
  workflow: C,
  ...args: ChildArguments<C, ChildOptions & { readonly detached: true }>
): Promise<string>;
export function child(workflow: WorkflowClass, input?: unknown, options: ChildOptions = {}): Promise<unknown> {
  const metadata = typeof workflow === 'function' ? workflowMetadata(workflow) : undefined;
  if (!metadata) throw new DurableFlowError('DF_UNKNOWN_WORKFLOW', `child() was given ${String(workflow)}, which is no @workflow class`);
  const execution = requireExecution('child');
  const { name, version } = metadata;
  const { detached = false } = options;
  const perform = async (call: Call): Promise<Outcome> => {
    const id = options.id ?? `${execution.writer.subject.id}/${call.index}`;
    const parent = { runId: execution.writer.subject.id, call: call.index, detached };
    return performChild(execution.writer, call, { parent, id, workflow: name, version, input });
  };
  return execution.ask(`child:${name}`, [input, options], perform);
}

async function performChild(host: CallHost, call: Call, request: ChildRequest): Promise<Outcome> {
  const { store, clock } = host.ports;
  const { id, parent } = request;
  await host.durable(call);
  const since = host.wait(call.index)?.since ?? clock.now();
  if (!host.wait(call.index) && !parent.detached) {
    void host.written(store.wait(host.lease, { call: call.index, name: call.name, digest: call.digest, wakeAt: undefined, since }));
  }
  // One that was started before the process was replaced is waited for, even if its class is not registered here.
  if (store.run(id)?.parent !== parent.runId) {
    const refusal = await started(host, request);
    if (refusal !== undefined) return { kind: 'threw', value: host.ports.errors.encode(refusal), attempts: 0, receipt: { wait: true } };
  }
  if (parent.detached) return { kind: 'returned', value: encode(id, 'the id of a child'), attempts: 0 };
  const over = () => isEnded(store.run(id)!.status);
  if (!over()) await host.waitFor({ call: call.index, status: 'waiting', wakeAt: undefined, over });
  const { status, outcome, updatedAt } = store.run(id)!;
  tellWaited(host, call, { kind: 'child', since, until: updatedAt, child: id });
  return { kind: status === 'completed' ? 'returned' : 'threw', value: outcome!, attempts: 0, receipt: { wait: true } };
}

/** Starts the child; the reason if it cannot be. A run that somebody else has started would not wake this one with its end. */
async function started({ ports }: CallHost, request: ChildRequest): Promise<unknown> {
  try {
    const { parent, status } = await ports.startChild(request);
    if (request.parent.detached || parent === request.parent.runId || isEnded(status)) return undefined;
    return new DurableFlowError(
      'DF_INPUT_MISMATCH',
      `run "${request.id}" exists already and was not started by "${request.parent.runId}"`,
      {
        details: { runId: request.id },
      },
    );
  } catch (error) {
    return error;
  }
}
