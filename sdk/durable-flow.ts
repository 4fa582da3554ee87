import { milliseconds, type Duration } from './definition/duration.js';
import { defineWorkflowFrom, type InputOf, type OutputOf, type WorkflowClass } from './definition/workflow-definition.js';
import { DurableFlowError } from './errors/index.js';
import { ErrorRegistry, PayloadLimit } from './journal/index.js';
import { approvalReader, type ApprovalReader, type ApprovalView } from './flow/approval-view.js';
import { assertSignable } from './flow/assert-signable.js';
import { Decisions } from './flow/decisions.js';
import { doubtsIn, type Doubt } from './flow/doubts.js';
import { engines } from './flow/engine-of.js';
import type {
  ApproveOptions, DecisionOptions, FlowOptions, PruneOptions, RegisterOptions, RerunOptions, ResolveOptions, ScheduleOptions, StartOptions,
} from './flow/flow-options.js'; // prettier-ignore
import { healthOf, type Health } from './flow/health.js';
import { Histories, type HistoryDifference } from './flow/histories.js';
import { queueOf } from './flow/queue-of.js';
import { RunControl } from './flow/run-control.js';
import type { RunHandle } from './flow/run-handle.js';
import { runDetails, runStanding, runView, type RunDetails, type RunStanding, type RunView } from './flow/run-view.js';
import {
  checkAttributes, Dispatcher, encodeInput, guardMode, holdGuard, nextMoment, outputOf, RunStarter, RunWatch, Schedules, systemClock, thisProcess, unknownRun, WorkflowRegistry, type EnginePorts,
} from './runtime/index.js'; // prettier-ignore
import { auditOf, type Audit } from './lineage/index.js';
import { SqliteStore } from './sqlite/index.js';
import {
  type ArtifactQuery, type Attributes, type FoundUse, type History, type QueueCount, type RunQuery, type RunRecord, type RunStatus, type ScheduleRecord, type SpendRecord, type Store,
} from './store/index.js'; // prettier-ignore
import { Telemetry } from './telemetry/index.js';

type StartArguments<C extends WorkflowClass, O> =
  InputOf<C> extends undefined ? [input?: undefined, options?: O] : [input: InputOf<C>, options?: O];
type ScheduleArguments<C extends WorkflowClass> =
  InputOf<C> extends undefined ? [options: ScheduleOptions] : [options: ScheduleOptions, input: InputOf<C>];

/** Not looked up when a flow opens: another one may have its guard up. */
const systemRandom = Math.random;

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
  readonly #registry = new WorkflowRegistry();
  readonly #starter: RunStarter;
  readonly #dispatcher: Dispatcher;
  readonly #watch: RunWatch;
  readonly #control: RunControl;
  readonly #decisions: Decisions;
  readonly #histories: Histories;
  readonly #readApproval: ApprovalReader;
  #releaseGuard: (() => void) | undefined;
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
    try {
      const flow = new DurableFlow(store, options);
      flow.#dispatcher.open();
      if (flow.#ports.guard !== 'off') flow.#releaseGuard = holdGuard();
      return flow;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  private constructor(store: Store, options: FlowOptions) {
    const clock = options.clock ?? systemClock;
    this.#ports = {
      store,
      clock,
      random: options.random ?? systemRandom,
      telemetry: new Telemetry(options.telemetry, () => clock.now()),
      errors: new ErrorRegistry(),
      payloads: new PayloadLimit(options.maxPayloadBytes),
      ledger: options.ledger ?? {},
      approvalSecret: options.approvalSecret,
      guard: guardMode(options.guard),
      startChild: async ({ workflow, version, input, ...request }) => {
        const encoded = encodeInput(input, workflow, this.#ports.payloads);
        const id = await this.#starter.start(this.#registry.named(workflow, version), { ...request, ...encoded });
        return this.#get(id);
      },
    };
    engines.set(this, { ports: this.#ports, registry: this.#registry });
    this.#readApproval = approvalReader(store, options.approvalSecret);
    this.#watch = new RunWatch(
      store,
      (runId) => this.#get(runId),
      (runId) => this.#dispatcher.holds(runId),
    );
    this.#control = new RunControl(this.#ports, this.#registry, this.#watch, () => this.#dispatcher);
    this.#decisions = new Decisions(this.#ports, this.#registry);
    this.#histories = new Histories(this.#ports);
    this.#starter = new RunStarter(this.#ports, () => this.#dispatcher);
    const schedules = new Schedules(this.#ports, this.#registry, this.#starter);
    const limits = {
      leaseDuration: milliseconds(options.leaseDuration ?? '30s', 'leaseDuration'),
      pollInterval: milliseconds(options.pollInterval ?? '50ms', 'pollInterval'),
      maxConcurrentRuns: options.maxConcurrentRuns ?? 256,
      retention: options.retention === undefined ? undefined : milliseconds(options.retention, 'retention'),
    };
    this.#dispatcher = new Dispatcher(this.#ports, this.#registry, schedules, thisProcess(), limits, {
      onSettled: (runId, settlement) => this.#control.settled(runId, settlement),
      onLook: (changed) => (changed ? this.#watch.checkAll() : this.#watch.checkUnread()),
      onDamage: (error) => this.#watch.failAll(error),
    });
  }

  /**
   * Makes a class known: this process then executes its runs, those that others have left behind included. The factory
   * makes one instance for each time a run is taken up. Throws `DF_INVALID_DEFINITION` and the like if the class cannot
   * be run durably.
   */
  register<C extends WorkflowClass>(
    workflow: C,
    factory: () => InstanceType<C> | Promise<InstanceType<C>>,
    options: RegisterOptions<InputOf<C>> = {},
  ): this {
    this.#assertOpen();
    const definition = defineWorkflowFrom(workflow);
    if (typeof factory !== 'function')
      throw new DurableFlowError(
        'DF_INVALID_INPUT',
        `flow.register(${workflow.name}, …) needs a factory, such as () => new ${workflow.name}()`,
      );
    if (this.#ports.approvalSecret !== undefined) assertSignable(definition);
    for (const errorClass of options.errors ?? []) this.#ports.errors.register(errorClass);
    const queue = options.queue && queueOf(options.queue, definition.name);
    this.#registry.add({ definition, factory, queue, available: true });
    this.#dispatcher.join();
    // What the store refuses here, it will refuse to the first run as well, and say so there.
    if (queue) this.#ports.store.defineQueue(queue).catch(() => {});
    this.#dispatcher.scanSoon();
    return this;
  }

  /**
   * Starts a run; resolves when it is on disk. Throws `DF_UNKNOWN_WORKFLOW`, `DF_UNSERIALISABLE`,
   * `DF_PAYLOAD_TOO_LARGE`, or `DF_INPUT_MISMATCH` if the id belongs to other work.
   */
  async start<C extends WorkflowClass>(
    workflow: C,
    ...[input, options = {}]: StartArguments<C, StartOptions>
  ): Promise<RunHandle<OutputOf<C>>> {
    this.#assertOpen();
    const registration = this.#registry.ofClass(workflow);
    const { delay, deadline, ...rest } = options;
    const id = await this.#starter.start(registration, {
      ...rest,
      ...encodeInput(input, registration.definition.name, this.#ports.payloads),
      delay: delay === undefined ? undefined : milliseconds(delay, 'delay'),
      deadline: deadline === undefined ? undefined : milliseconds(deadline, 'deadline'),
    });
    return this.#handle(id);
  }

  /** The handle of a run that exists. Throws `DF_UNKNOWN_RUN`. */
  run<Output = unknown>(id: string): RunHandle<Output> {
    this.#get(id);
    return this.#handle(id);
  }

  /** Runs, newest first; at most 100 if no limit is given. */
  runs(query: RunQuery = {}): RunView[] {
    return this.#store.runs(query).map((run) => runView(run, this.#ports.errors));
  }

  /** How many runs there are in each status. */
  countRuns(): Partial<Record<RunStatus, number>> {
    return this.#store.countRuns();
  }

  /** The names of the workflows that there are runs of, whether their classes are registered here or not. */
  workflows(): string[] {
    return this.#store.workflows();
  }

  /** What a run waits for and what it has cost so far, without reading its history. Throws `DF_UNKNOWN_RUN`. */
  standing(id: string): RunStanding {
    return runStanding(this.#get(id), this.#store, this.#readApproval);
  }

  /** Effects that have perhaps happened, and wait for `resolve`; those of the oldest runs first. */
  doubts(): Doubt[] {
    return doubtsIn(this.#store);
  }

  /** What models have cost, by model and day, and how budgets stand. Counts the calls of the newest runs if there are very many. */
  spend(): SpendRecord {
    return this.#store.spend();
  }

  /** Whether decisions are signed: the flow was opened with an `approvalSecret`. */
  get signsDecisions(): boolean {
    return this.#ports.approvalSecret !== undefined;
  }

  /** Everything about one run. Throws `DF_UNKNOWN_RUN`. */
  show(id: string): RunDetails {
    return runDetails(this.#get(id), this.#store, this.#ports.errors, this.#readApproval);
  }

  /** What a run knew, which models it asked, and what it credits. Throws `DF_UNKNOWN_RUN`. */
  audit(runId: string): Audit {
    this.#assertOpen();
    return auditOf(this.#histories.export(runId));
  }

  /** Which calls of which runs had a piece of material: by its id, by the digest of its text, or both. Newest runs first. */
  lineage(query: ArtifactQuery): FoundUse[] {
    if (query.reference === undefined && query.digest === undefined)
      throw new DurableFlowError('DF_INVALID_INPUT', 'flow.lineage needs the reference or the digest of a piece of material');
    return this.#store.uses(query);
  }

  /** Gates that wait for a decision (`open`, the default) or all of them, oldest first. */
  approvals({ runId, open = true }: { readonly runId?: string; readonly open?: boolean } = {}): ApprovalView[] {
    return this.#store.approvals({ runId, open }).map(this.#readApproval);
  }

  /** How many gates wait for a decision. */
  countApprovals(): number {
    return this.#store.countApprovals();
  }

  /** One gate, open or decided. Throws `DF_APPROVAL_UNKNOWN`. */
  approval(approvalId: number): ApprovalView {
    const approval = this.#store.approval(approvalId);
    if (!approval) throw new DurableFlowError('DF_APPROVAL_UNKNOWN', `there is no approval ${approvalId}`, { details: { approvalId } });
    return this.#readApproval(approval);
  }

  /**
   * Says yes to these exact arguments, or to edited ones where the gate allows it. Throws `DF_APPROVAL_UNKNOWN`,
   * `DF_APPROVAL_DECIDED`, `DF_APPROVAL_CHANGED`, `DF_APPROVAL_FORBIDDEN`, `DF_APPROVAL_EDIT_REFUSED` or `DF_RUN_ENDED`.
   */
  async approve(approvalId: number, options: ApproveOptions): Promise<void> {
    this.#assertOpen();
    this.#control.woken(await this.#decisions.approve(approvalId, options));
  }

  /** Says no: the call throws `ApprovalRejected`. Throws like `approve`. */
  async reject(approvalId: number, options: DecisionOptions): Promise<void> {
    this.#assertOpen();
    this.#control.woken(await this.#decisions.reject(approvalId, options));
  }

  /** Says of an effect in doubt whether it has happened. Throws `DF_UNKNOWN_RUN` or `DF_EFFECT_UNKNOWN`. */
  async resolve(runId: string, call: number, options: ResolveOptions): Promise<void> {
    this.#get(runId);
    await this.#decisions.resolve(runId, call, options);
    this.#control.woken(runId);
  }

  /**
   * Sends a message to a run; it is kept until the run asks for one of this name. A second one with the same `dedupeId` is
   * ignored: then the answer is false. Throws `DF_SIGNAL_INVALID`, `DF_UNSERIALISABLE`, `DF_UNKNOWN_RUN` or `DF_RUN_ENDED`.
   */
  async signal(runId: string, name: string, payload?: unknown, { dedupeId }: { readonly dedupeId?: string } = {}): Promise<boolean> {
    this.#assertOpen();
    return this.#control.signal(runId, name, payload, dedupeId);
  }

  /**
   * Cancels a run. One that waits is cancelled at once; one that is executed is told to stop, and ends when the effects
   * that are under way have been recorded and what can be undone has been undone. Children that it waits for are cancelled
   * with it. Throws `DF_UNKNOWN_RUN` or `DF_RUN_ENDED`.
   */
  async cancel(runId: string, reason = 'no reason given'): Promise<void> {
    this.#assertOpen();
    await this.#control.cancel(runId, reason);
  }

  /**
   * Takes a run up here and now: one that was left behind, is due, was stopped as diverged, or whose factory failed.
   * A run that waits for somebody goes on waiting. Throws `DF_UNKNOWN_RUN`, `DF_UNKNOWN_WORKFLOW`, `DF_RUN_ENDED`, or
   * `DF_RUN_BUSY` if a living process executes it.
   */
  async resume(runId: string): Promise<RunHandle> {
    this.#assertOpen();
    await this.#control.resume(runId);
    return this.#handle(runId);
  }

  /** Takes up all runs that dead processes of this host have left behind and whose class is registered. Returns how many were claimed. */
  recover(): Promise<number> {
    this.#assertOpen();
    return this.#dispatcher.recover();
  }

  /** Starts runs of a class again and again. Throws `DF_INVALID_INPUT` for a bad cron expression. */
  async schedule<C extends WorkflowClass>(workflow: C, ...[{ id, cron, timezone }, input]: ScheduleArguments<C>): Promise<void> {
    this.#assertOpen();
    const { name, version } = this.#registry.ofClass(workflow).definition;
    if (typeof id !== 'string' || id === '') throw new DurableFlowError('DF_INVALID_INPUT', 'a schedule needs an id that is a string');
    const nextAt = nextMoment({ cron, timezone }, this.#ports.clock.now());
    if (nextAt === undefined) throw new DurableFlowError('DF_INVALID_INPUT', `"${cron}" has no moment in the future`);
    const { encodedInput, inputDigest } = encodeInput(input, name, this.#ports.payloads);
    await this.#store.defineSchedule({ id, workflow: name, version, cron, timezone, input: encodedInput, inputDigest, nextAt });
    this.#dispatcher.scanSoon();
  }

  /** Ends a schedule; runs that it has started go on. False if there is none of this id. */
  unschedule(id: string): Promise<boolean> {
    return this.#store.removeSchedule(id);
  }

  /** The schedules of this file. */
  schedules(): ScheduleRecord[] {
    return this.#store.schedules();
  }

  /** The queues that are defined or hold runs: their limits, and how many runs wait and are executed. */
  queues(): QueueCount[] {
    return this.#store.queues();
  }

  /** Sets names and values that a run can be found by. Throws `DF_UNKNOWN_RUN`. */
  async setAttributes(runId: string, attributes: Attributes): Promise<void> {
    checkAttributes(attributes);
    if (!(await this.#store.setAttributes(runId, attributes))) throw unknownRun(runId);
  }

  /** What needs an operator's attention. It changes nothing, and reads the list of all runs once. */
  health(): Health {
    return healthOf(this.#store, this.#ports.clock.now(), this.#readApproval);
  }

  /** Whether this process can execute runs of this workflow and version. */
  isRegistered(workflow: string, version: string): boolean {
    return this.#registry.find(workflow, version) !== undefined;
  }

  /** Workflows and versions that runs in this file need and that are not registered here. */
  unregistered(): { readonly workflow: string; readonly version: string; readonly runs: number }[] {
    return this.#store.versions().filter(({ workflow, version }) => !this.isRegistered(workflow, version));
  }

  /**
   * A new run that has the records of another one up to, and not including, a call, and goes on from there; the code may
   * differ from that call on. Effects that the first run has made are not made again under the same key.
   */
  async fork(runId: string, { fromCall, id }: { readonly fromCall: number; readonly id: string }): Promise<RunHandle> {
    this.#assertOpen();
    const forked = this.#handle(await this.#histories.fork(runId, fromCall, id));
    this.#dispatcher.scanSoon();
    return forked;
  }

  /**
   * Takes failed runs (or those of another ended status, or the ones named by `ids`) up again, each as a fork at the call
   * that failed it. Returns the new ids. Throws `DF_UNKNOWN_RUN`, or `DF_INVALID_INPUT` if one has not ended.
   */
  async rerun(options: RerunOptions = {}): Promise<string[]> {
    this.#assertOpen();
    const ids = await this.#histories.rerun(options);
    this.#dispatcher.scanSoon();
    return ids;
  }

  /** Where the records of two runs differ. Throws `DF_UNKNOWN_RUN`. */
  compare(leftId: string, rightId: string): HistoryDifference[] {
    this.#assertOpen();
    return this.#histories.compare(leftId, rightId);
  }

  /** All that is on record of a run, as plain data. Throws `DF_UNKNOWN_RUN`. */
  exportHistory(runId: string): History {
    this.#assertOpen();
    return this.#histories.export(runId);
  }

  /** Puts an exported run into this file; it goes on here if it has not ended. Throws `DF_HISTORY_INVALID` or `DF_INPUT_MISMATCH`. */
  async importHistory(history: History, options: { readonly id?: string } = {}): Promise<RunHandle> {
    this.#assertOpen();
    const imported = this.#handle(await this.#histories.import(history, options.id));
    this.#dispatcher.scanSoon();
    return imported;
  }

  /** Deletes ended runs with all that belongs to them, in small batches; with `dryRun` it only counts them. Returns how many. */
  prune(options: PruneOptions): Promise<number> {
    this.#assertOpen();
    return this.#histories.prune(options);
  }

  /**
   * Shuts down: nothing new begins, bodies that are under way may finish for `grace`, and every run is given back, so
   * that another process can go on with it at once.
   */
  close({ grace = defaultGrace }: { readonly grace?: Duration } = {}): Promise<void> {
    this.#closing ??= (async () => {
      this.#releaseGuard?.();
      await this.#dispatcher.close(milliseconds(grace, 'grace'));
      this.#watch.failAll(closed());
      await this.#ports.store.close();
    })();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #handle<Output>(id: string): RunHandle<Output> {
    return {
      id,
      result: async () => outputOf(await this.#watch.end(id), this.#ports.errors) as Output,
      settled: async () => runView(await this.#watch.rest(id), this.#ports.errors),
      view: () => runView(this.#get(id), this.#ports.errors),
      cancel: (reason) => this.cancel(id, reason),
    };
  }

  get #store(): Store {
    this.#assertOpen();
    return this.#ports.store;
  }

  #get(id: string): RunRecord {
    this.#assertOpen();
    return this.#control.get(id);
  }

  #assertOpen(): void {
    if (this.#closing) throw closed();
  }
}

const closed = () => new DurableFlowError('DF_CLOSED', 'the flow is closed');
