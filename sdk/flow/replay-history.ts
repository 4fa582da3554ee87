import { defineWorkflowFrom, type WorkflowClass } from '../definition/workflow-definition.js';
import { DurableFlowError, RunDiverged, type Divergence } from '../errors/index.js';
import { decode, ErrorRegistry, PayloadLimit, type ErrorClass } from '../journal/index.js';
import { Execution, systemClock, type EnginePorts } from '../runtime/index.js';
import { SqliteStore } from '../sqlite/index.js';
import { isEnded, type EndedStatus, type History } from '../store/index.js';
import { Telemetry } from '../telemetry/index.js';
import { assertHistory } from './assert-history.js';

/** What a class makes of a recorded history. */
export interface HistoryReplay {
  /** How the run ends when all it has to go by is the record; `open` if the class asks for more than that. */
  readonly status: EndedStatus | 'open';
  /** The first place at which the class and the record differ; undefined if it replays. */
  readonly divergence: Divergence | undefined;
  /** What `run()` returned, if it did. */
  readonly output: unknown;
  /** What it threw, if it did. */
  readonly error: unknown;
  /** The names of the calls that an open run would make next. */
  readonly asks: readonly string[];
}

/** Options of `replayHistory`. */
export interface ReplayOptions {
  /** Error classes that `flow.register` is given as well. */
  readonly errors?: readonly ErrorClass[];
}

/**
 * Tells whether a class, as it is now, still replays a recorded history. Only `run()` is executed: no body begins, no
 * effect is made, nothing is written anywhere. So histories of yesterday can be kept as tests of tomorrow's code.
 *
 * Throws `DF_HISTORY_INVALID` if it is no history, and `DF_UNKNOWN_WORKFLOW` if it is one of another workflow. The
 * version of the class may differ from the recorded one.
 *
 * @param workflow the class
 * @param factory makes the instance; give it what does nothing, its methods are not executed
 * @param history what `flow.exportHistory` returned
 *
 * @example
 * ```ts
 * import { DurableFlow, replayHistory, step, workflow } from 'durableflow';
 *
 * @workflow({ name: 'bill' })
 * class Bill {
 *   async run(cents: number) {
 *     return this.round(await this.tax(cents));
 *   }
 *
 *   @step()
 *   async tax(cents: number) {
 *     return cents * 1.25;
 *   }
 *
 *   @step()
 *   async round(cents: number) {
 *     return Math.round(cents);
 *   }
 * }
 *
 * const flow = await DurableFlow.open(':memory:');
 * flow.register(Bill, () => new Bill());
 * await (await flow.start(Bill, 999, { id: 'bill-1' })).result();
 * const history = flow.exportHistory('bill-1');
 * await flow.close();
 *
 * @workflow({ name: 'bill' })
 * class RoundsFirst extends Bill {
 *   override async run(cents: number) {
 *     return this.tax(await this.round(cents));
 *   }
 * }
 *
 * const same = await replayHistory(Bill, () => new Bill(), history);
 * console.log(same.status, same.output); // completed 1249
 * const changed = await replayHistory(RoundsFirst, () => new RoundsFirst(), history);
 * console.log(changed.divergence?.recorded?.name, changed.divergence?.asked?.name); // tax round
 * ```
 */
export async function replayHistory<C extends WorkflowClass>(
  workflow: C,
  factory: () => InstanceType<C> | Promise<InstanceType<C>>,
  history: History,
  { errors: errorClasses = [] }: ReplayOptions = {},
): Promise<HistoryReplay> {
  const definition = defineWorkflowFrom(workflow);
  assertHistory(history);
  const { run } = history;
  if (run.workflow !== definition.name) {
    throw new DurableFlowError('DF_UNKNOWN_WORKFLOW', `this is a history of workflow "${run.workflow}", not of "${definition.name}"`);
  }
  const errors = new ErrorRegistry();
  for (const errorClass of errorClasses) errors.register(errorClass);
  const store = new SqliteStore(':memory:');
  try {
    // Neither a cancellation nor a deadline is a part of what the class decides.
    const asNew = { ...run, status: 'pending', outcome: undefined, cancelReason: undefined, deadlineAt: undefined } as const;
    await store.importHistory({ ...history, run: asNew }, run.id);
    const claim = (await store.claim(run.id, 'replay', run.updatedAt))!;
    let asks: readonly string[] = [];
    let asked: Divergence['asked'];
    const execution: Execution = new Execution(portsOf(store, errors), claim, definition, await factory(), (calls) => {
      asks = calls.map(({ name }) => name);
      const [first] = calls;
      asked = first && { call: first.index, name: first.name, digest: first.digest };
      void execution.release(0);
    });
    execution.begin();
    const settlement = await execution.settled;
    if (settlement.kind === 'stalled') throw settlement.error;
    const { status, outcome } = store.run(run.id)!;
    if (settlement.kind !== 'ended' || !isEnded(status)) {
      const divergence = hasEndedByItself(run, errors) && asked ? { recorded: undefined, asked } : undefined;
      return { status: 'open', divergence, output: undefined, error: undefined, asks };
    }
    const output = status === 'completed' ? decode(outcome!) : undefined;
    const error = status === 'completed' ? undefined : errors.decode(outcome!);
    return { status, divergence: error instanceof RunDiverged ? error.divergence : undefined, output, error, asks };
  } finally {
    await store.close();
  }
}

/** The run came to its end in its own code, so that there is nothing left to ask for. */
function hasEndedByItself({ status, outcome }: History['run'], errors: ErrorRegistry): boolean {
  if (status !== 'failed') return status === 'completed' || status === 'rejected';
  const error = errors.decode(outcome!);
  return !(error instanceof DurableFlowError && error.code === 'DF_DEADLINE');
}

function portsOf(store: SqliteStore, errors: ErrorRegistry): EnginePorts {
  return {
    store,
    errors,
    clock: systemClock,
    random: Math.random,
    telemetry: new Telemetry(undefined, () => systemClock.now()),
    ledger: {},
    payloads: new PayloadLimit(Infinity),
    approvalSecret: undefined,
    guard: 'off',
    startChild: () => Promise.reject(new DurableFlowError('DF_CLOSED', 'nothing is started in a replay')),
  };
}
