import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { milliseconds, type Duration } from './definition/duration.js';
import {
  defineWorkflowFrom,
  type InputOf,
  type OutputOf,
  type WorkflowClass,
  type WorkflowDefinition,
} from './definition/workflow-definition.js';
import { DurableFlowError, RunCancelled, type ErrorCode } from './errors/index.js';
import { decode, digest, encode, ErrorRegistry, type ErrorClass } from './journal/index.js';
import type { RunHandle } from './run-handle.js';
import { approvalView, effectView, runView, stepView, type ApprovalView, type RunDetails, type RunView } from './run-view.js';
import {
  Dispatcher,
  systemClock,
  thisProcess,
  type Clock,
  type EnginePorts,
  type Settlement,
} from './runtime/index.js';
import { isAtRest, outputOf, RunWatch } from './runtime/run-watch.js';
import { SqliteStore, type SqliteOptions } from './sqlite/index.js';
import { isEnded, type DecideAnswer, type RunQuery, type RunRecord, type RunStatus, type Store, type Verdict } from './store/index.js';
import { Telemetry, type TelemetrySink } from './telemetry/index.js';

/** Options of `DurableFlow.open`. */
export interface FlowOptions extends SqliteOptions {
  /** Where events go, for example `jsonLines('telemetry.jsonl')`. Nowhere if absent. */
  readonly telemetry?: TelemetrySink;
  /** Another process may take over this long after the last sign of life. Dead processes of this host need not be waited for. Default `'30s'`. */
  readonly leaseDuration?: Duration;
  /** How often to look whether another process has written to the file. Default `'50ms'`. */
  readonly pollInterval?: Duration;
  /** More runs than this are not held in memory at once; the others wait in the file. Default 256. */
  readonly maxConcurrentRuns?: number;
  /** Time, for tests. */
  readonly clock?: Clock;
  /** Randomness of retry delays, for tests: a number from 0 (inclusive) to 1 (exclusive). */
  readonly random?: () => number;
}

/** Options of `flow.start`. */
export interface StartOptions {
  /** The run's id, random if absent. Starting again with the same id and input returns the run that is there. */
  readonly id?: string;
}

/** Who decided, and why. */
export interface DecisionOptions {
  /** The person or program that decides. */
  readonly by: string;
  readonly reason?: string;
  /** The digest of the arguments that the decision was made on; if it is not the one on record, nothing is decided. */
  readonly digest?: string;
}

/** An operator's word on an effect in doubt. */
export interface ResolveOptions {
  readonly happened: boolean;
  /** What the call shall return, if it happened. */
  readonly value?: unknown;
  readonly by: string;
}

type StartArguments<C extends WorkflowClass> =
  InputOf<C> extends undefined ? [input?: undefined, options?: StartOptions] : [input: InputOf<C>, options?: StartOptions];

/** How long `close()` lets bodies finish by default, in milliseconds. */
const defaultGrace = 5000;

/**
 * The engine on one SQLite file. Any number of processes may have the file open; each executes runs of the classes that
 * it has registered. An open flow keeps the process alive, so close it when the work is done.
 *
 * @example
 * ```ts
 * import { DurableFlow, step, workflow } from 'durableflow';
 *
 * @workflow({ name: 'adder' })
 * class Adder {
 *   async run(numbers: number[]) {
 *     let sum = 0;
 *     for (const n of numbers) sum = await this.add(sum, n);
 *     return sum;
 *   }
 *
 *   @step()
 *   async add(a: number, b: number) {
 *     return a + b;
 *   }
 * }
 *
 * const flow = await DurableFlow.open(':memory:');
 * flow.register(Adder, () => new Adder());
 * const run = await flow.start(Adder, [1, 2, 3]);
 * console.log(await run.result()); // 6
 * await flow.close();
 * ```
 */
export class DurableFlow implements AsyncDisposable {
  readonly #ports: EnginePorts;
  readonly #dispatcher: Dispatcher;
  readonly #watch: RunWatch;
  readonly #definitions = new Map<WorkflowClass, WorkflowDefinition>();
  #closing: Promise<void> | undefined;

  /**
   * Opens the file, or makes it. Runs left behind by dead processes go on as soon as their class is registered.
   * Throws a `DF_STORE_…` error if the file cannot be used.
   *
   * @param file a path, `':memory:'`, or a store of your own
   */
  static async open(file: string | Store, options: FlowOptions = {}): Promise<DurableFlow> {
    if (file === undefined || file === '')
      throw new DurableFlowError('DF_INVALID_INPUT', 'DurableFlow.open needs the path of the database file');
    const store = typeof file === 'string' ? new SqliteStore(file, options) : file;
    const flow = new DurableFlow(store, options);
    try {
      await flow.#dispatcher.open();
    } catch (error) {
      await store.close();
      throw error;
    }
    return flow;
  }

  private constructor(store: Store, options: FlowOptions) {
    const clock = options.clock ?? systemClock;
    this.#ports = {
      store,
      clock,
      random: options.random ?? Math.random,
      telemetry: new Telemetry(options.telemetry, () => clock.now()),
      errors: new ErrorRegistry(),
    };
    this.#watch = new RunWatch(store);
    const limits = {
      leaseDuration: milliseconds(options.leaseDuration ?? '30s', 'leaseDuration'),
      pollInterval: milliseconds(options.pollInterval ?? '50ms', 'pollInterval'),
      maxConcurrentRuns: options.maxConcurrentRuns ?? 256,
    };
    this.#dispatcher = new Dispatcher(
      this.#ports,
      thisProcess(),
      limits,
      (runId, settlement) => this.#settled(runId, settlement),
      () => this.#watch.checkAll(),
    );
  }

  /**
   * Makes a class known: this process then executes its runs, those that others have left behind included. The factory
   * makes one instance for each time a run is taken up. Error classes given here keep their class across a resume.
   * Throws `DF_INVALID_DEFINITION` and the like if the class cannot be run durably.
   */
  register<C extends WorkflowClass>(
    workflow: C,
    factory: () => InstanceType<C> | Promise<InstanceType<C>>,
    options: { readonly errors?: readonly ErrorClass[] } = {},
  ): this {
    this.#assertOpen();
    const definition = defineWorkflowFrom(workflow);
    if (typeof factory !== 'function')
      throw new DurableFlowError(
        'DF_INVALID_INPUT',
        `flow.register(${workflow.name}, …) needs a factory, such as () => new ${workflow.name}()`,
      );
    for (const errorClass of options.errors ?? []) this.#ports.errors.register(errorClass);
    this.#definitions.set(workflow, definition);
    this.#dispatcher.register(definition, factory);
    return this;
  }

  /**
   * Starts a run; resolves when it is on disk. Throws `DF_UNKNOWN_WORKFLOW`, `DF_UNSERIALISABLE`, or `DF_INPUT_MISMATCH`
   * if the id belongs to other work.
   */
  async start<C extends WorkflowClass>(workflow: C, ...[input, options]: StartArguments<C>): Promise<RunHandle<OutputOf<C>>> {
    this.#assertOpen();
    const definition = this.#definitions.get(workflow);
    if (!definition) throw new DurableFlowError('DF_UNKNOWN_WORKFLOW', `${workflow?.name || 'this class'} is not registered`);
    const id = options?.id ?? randomUUID();
    if (typeof id !== 'string' || id === '')
      throw new DurableFlowError('DF_INVALID_INPUT', `a run's id must be a string that is not empty, not ${JSON.stringify(id)}`);
    const { store, clock, telemetry } = this.#ports;
    const encoded = encode(input, `the input of ${definition.name}`);
    const inputDigest = digest(encoded);
    const owner = this.#dispatcher.ownerForNewRun();
    const { name, version } = definition;
    const at = clock.now();
    const started = await store.start({ id, workflow: name, version, input: encoded, inputDigest, at, owner });
    if (started.kind === 'exists') {
      assertSameWork(started.run, definition, inputDigest, input);
      return this.#handle(id);
    }
    telemetry.emit('run.started', { id, workflow: name }, { version });
    const { lease } = started;
    if (lease) {
      const run: RunRecord = {
        id,
        workflow: name,
        version,
        status: 'running',
        input: encoded,
        inputDigest,
        outcome: undefined,
        createdAt: at,
        updatedAt: at,
        wakeAt: undefined,
        owner,
        epoch: 1,
        cancelReason: undefined,
      };
      this.#dispatcher.execute({ lease, run, journal: [], approvals: [], effects: [] });
    } else this.#dispatcher.scanSoon();
    return this.#handle(id);
  }

  /** The handle of a run that exists. Throws `DF_UNKNOWN_RUN`. */
  run<Output = unknown>(id: string): RunHandle<Output> {
    this.#get(id);
    return this.#handle(id);
  }

  /** Runs, newest first; at most 100 if no limit is given. */
  runs(query: RunQuery = {}): RunView[] {
    this.#assertOpen();
    return this.#ports.store.runs(query).map((run) => runView(run, this.#ports.errors));
  }

  /** How many runs there are in each status. */
  countRuns(): Partial<Record<RunStatus, number>> {
    this.#assertOpen();
    return this.#ports.store.countRuns();
  }

  /** Everything about one run. Throws `DF_UNKNOWN_RUN`. */
  show(id: string): RunDetails {
    const run = this.#get(id);
    const { store, errors } = this.#ports;
    return {
      ...runView(run, errors),
      steps: store.journal(id).map((record) => stepView(record, errors)),
      approvals: store.approvals({ runId: id }).map(approvalView),
      effects: store.effects(id).map(effectView),
    };
  }

  /** Gates that wait for a decision (`open`, the default) or all of them, oldest first. */
  approvals({ runId, open = true }: { readonly runId?: string; readonly open?: boolean } = {}): ApprovalView[] {
    this.#assertOpen();
    return this.#ports.store.approvals({ runId, open }).map(approvalView);
  }

  /**
   * Says yes to these exact arguments. Throws `DF_APPROVAL_UNKNOWN`, `DF_APPROVAL_DECIDED`, `DF_APPROVAL_CHANGED` or
   * `DF_RUN_ENDED`.
   */
  approve(approvalId: number, options: DecisionOptions): Promise<void> {
    return this.#decide(approvalId, 'approved', options);
  }

  /** Says no: the call throws `ApprovalRejected`. Throws like `approve`. */
  reject(approvalId: number, options: DecisionOptions): Promise<void> {
    return this.#decide(approvalId, 'rejected', options);
  }

  /** Says of an effect in doubt whether it has happened. Throws `DF_UNKNOWN_RUN` or `DF_EFFECT_UNKNOWN`. */
  async resolve(runId: string, call: number, { happened, value, by }: ResolveOptions): Promise<void> {
    this.#get(runId);
    const { store, clock } = this.#ports;
    const encoded = happened ? encode(value, 'the value of the effect') : undefined;
    const answer = await store.resolve(runId, call, { happened, value: encoded, by, at: clock.now() });
    if (answer !== 'recorded')
      throw new DurableFlowError('DF_EFFECT_UNKNOWN', `call ${call} of run "${runId}" is no effect in doubt`, { details: { runId, call } });
    this.#woken(runId);
  }

  /**
   * Cancels a run. One that waits is cancelled at once; one that is executed is told to stop, and ends when the effects
   * that are under way have been recorded. Throws `DF_UNKNOWN_RUN` or `DF_RUN_ENDED`.
   */
  async cancel(runId: string, reason = 'no reason given'): Promise<void> {
    this.#assertOpen();
    const { store, errors, clock } = this.#ports;
    const error = new RunCancelled(`run "${runId}" was cancelled: ${reason}`, { details: { reason } });
    const answer = await store.cancel(runId, reason, errors.encode(error), clock.now());
    if (answer === 'unknown') throw unknownRun(runId);
    if (answer === 'ended')
      throw new DurableFlowError('DF_RUN_ENDED', `run "${runId}" is ${store.run(runId)!.status}`, { details: { runId } });
    if (answer === 'cancelled') this.#watch.check(runId);
    else this.#dispatcher.execution(runId)?.cancel(reason);
  }

  /**
   * Takes a run up here and now: one that was left behind, is due, was stopped as diverged, or whose factory failed.
   * A run that waits for somebody goes on waiting. Throws `DF_UNKNOWN_RUN`, `DF_UNKNOWN_WORKFLOW`, `DF_RUN_ENDED`, or
   * `DF_RUN_BUSY` if a living process executes it.
   */
  async resume(runId: string): Promise<RunHandle> {
    const run = this.#get(runId);
    if (!this.#dispatcher.isRegistered(run.workflow, run.version)) {
      throw new DurableFlowError(
        'DF_UNKNOWN_WORKFLOW',
        `run "${runId}" needs workflow "${run.workflow}" version "${run.version}", which is not registered here`,
      );
    }
    if (this.#dispatcher.execution(runId)) return this.#handle(runId);
    if (run.status === 'diverged') await this.#ports.store.reopen(runId, this.#ports.clock.now());
    else if (isEnded(run.status)) throw new DurableFlowError('DF_RUN_ENDED', `run "${runId}" is ${run.status}`, { details: { runId } });
    this.#dispatcher.makeAvailable(run.workflow, run.version);
    await this.#dispatcher.recover();
    if (!this.#dispatcher.execution(runId) && !(await this.#dispatcher.claim(runId))) {
      const now = this.#get(runId);
      if (now.status === 'running' && !this.#dispatcher.execution(runId))
        throw new DurableFlowError('DF_RUN_BUSY', `run "${runId}" is executed by another process`, { details: { runId } });
    }
    return this.#handle(runId);
  }

  /** Takes up all runs that dead processes of this host have left behind and whose class is registered. Returns how many were claimed. */
  recover(): Promise<number> {
    this.#assertOpen();
    return this.#dispatcher.recover();
  }

  /**
   * Shuts down: nothing new begins, bodies that are under way may finish for `grace`, and every run is given back, so
   * that another process can go on with it at once.
   */
  close({ grace = defaultGrace }: { readonly grace?: Duration } = {}): Promise<void> {
    this.#closing ??= (async () => {
      await this.#dispatcher.close(milliseconds(grace, 'grace'));
      this.#watch.failAll(closed());
      await this.#ports.store.close();
    })();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #decide(approvalId: number, verdict: Verdict, { by, reason, digest: read }: DecisionOptions): Promise<void> {
    this.#assertOpen();
    if (!by) throw new DurableFlowError('DF_INVALID_INPUT', 'a decision needs to say who made it: { by: … }');
    const { store, clock } = this.#ports;
    const approval = store.approval(approvalId);
    if (!approval) throw new DurableFlowError('DF_APPROVAL_UNKNOWN', `there is no approval ${approvalId}`);
    // Somebody with access to the file may have edited what the operator reads.
    const intact = digest(approval.args) === approval.digest;
    const answer: DecideAnswer = intact
      ? await store.decide(approvalId, { verdict, by, reason, at: clock.now(), digest: read })
      : 'changed';
    if (answer !== 'recorded') throw refusedDecision(answer, approvalId);
    this.#woken(approval.runId);
  }

  /** A decision was recorded: the run is either in memory here, or parked and claimable now. */
  #woken(runId: string): void {
    const execution = this.#dispatcher.execution(runId);
    if (execution) execution.wake();
    else this.#dispatcher.scanSoon();
  }

  #settled(runId: string, settlement: Settlement): void {
    if (settlement.kind !== 'stalled') return this.#watch.check(runId);
    const fenced = settlement.error instanceof DurableFlowError && settlement.error.code === 'DF_FENCED';
    // Fenced: another process goes on with the run, and its end will be seen in the file.
    if (!fenced) this.#watch.fail(runId, settlement.error);
  }

  #handle<Output>(id: string): RunHandle<Output> {
    return {
      id,
      result: async () => outputOf(await this.#watch.wait(this.#get(id), (run) => isEnded(run.status)), this.#ports.errors) as Output,
      settled: async () => runView(await this.#watch.wait(this.#get(id), isAtRest), this.#ports.errors),
      view: () => runView(this.#get(id), this.#ports.errors),
      cancel: (reason) => this.cancel(id, reason),
    };
  }

  #get(id: string): RunRecord {
    this.#assertOpen();
    const run = this.#ports.store.run(id);
    if (!run) throw unknownRun(id);
    return run;
  }

  #assertOpen(): void {
    if (this.#closing) throw closed();
  }
}

const closed = () => new DurableFlowError('DF_CLOSED', 'the flow is closed');

const unknownRun = (id: string) => new DurableFlowError('DF_UNKNOWN_RUN', `there is no run "${id}"`, { details: { runId: id } });

function assertSameWork(run: RunRecord, definition: WorkflowDefinition, inputDigest: string, input: unknown): void {
  const details = { runId: run.id };
  if (run.workflow !== definition.name)
    throw new DurableFlowError('DF_INPUT_MISMATCH', `run "${run.id}" is a run of workflow "${run.workflow}"`, { details });
  // The order of keys changes the digest, but not the input.
  if (run.inputDigest !== inputDigest && !isDeepStrictEqual(decode(run.input), input)) {
    throw new DurableFlowError('DF_INPUT_MISMATCH', `run "${run.id}" was started with another input`, { details });
  }
}

function refusedDecision(answer: Exclude<DecideAnswer, 'recorded'>, approvalId: number): DurableFlowError {
  const reasons: Record<typeof answer, readonly [ErrorCode, string]> = {
    unknown: ['DF_APPROVAL_UNKNOWN', `there is no approval ${approvalId}`],
    decided: ['DF_APPROVAL_DECIDED', `approval ${approvalId} has been decided`],
    changed: ['DF_APPROVAL_CHANGED', `the arguments of approval ${approvalId} are not the ones that were read`],
    ended: ['DF_RUN_ENDED', `the run of approval ${approvalId} has ended`],
  };
  const [code, what] = reasons[answer];
  return new DurableFlowError(code, what, { details: { approvalId } });
}
