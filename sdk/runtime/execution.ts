import { currentScope, type CallReceiver } from '../definition/current-run.js';
import type { Method, MethodMetadata } from '../definition/method-metadata.js';
import type { WorkflowDefinition } from '../definition/workflow-definition.js';
import { ApprovalRejected, DurableFlowError, RunCancelled, RunDiverged, type Divergence } from '../errors/index.js';
import { decode, digest, encode, type JournalRecord } from '../journal/index.js';
import type { Claim, EndedStatus } from '../store/index.js';
import { beginRun } from './begin-run.js';
import type { EnginePorts } from './call-host.js';
import type { Call, Outcome } from './call.js';
import { Compensation, isUndo } from './compensation.js';
import { Deliveries, type Delivery, type Waiter } from './deliveries.js';
import { drained } from './drained.js';
import { foreignMethod } from './foreign-method.js';
import { performCall } from './perform-call.js';
import { Replay } from './replay.js';
import { RunWriter, type Settlement } from './run-writer.js';
import { endingOf, isStopMark, stopMark, type Ending } from './stop-mark.js';

/** A workflow instance, as far as an execution needs it. */
export interface WorkflowInstance {
  run(input: unknown): Promise<unknown>;
}

/** Does the work of a call that has no record yet. */
type Perform = (call: Call) => Promise<Outcome>;

/** A recorded call that the workflow does not ask for within this time (in milliseconds) is a divergence. */
const askingTime = 1000;

const isPlain = (value: unknown) => value === null || typeof value !== 'object';

const never = () => new Promise<never>(() => {});

/**
 * One run in memory, from its claim to its end, parking or loss. It delivers outcomes to the workflow one at a time, in
 * the order of the journal, and starts a body only when everything recorded before is on disk.
 */
export class Execution implements CallReceiver {
  readonly writer: RunWriter;
  readonly #ports: EnginePorts;
  readonly #claim: Claim;
  readonly #definition: WorkflowDefinition;
  readonly #instance: WorkflowInstance;
  readonly #replay: Replay;
  readonly #compensation = new Compensation();
  readonly #onFrontier: ((calls: readonly Call[]) => void) | undefined;
  readonly #deliveries: Deliveries;
  readonly #patches = new Map<string, boolean>();
  #nextCall = 0;
  #turnScheduled = false;
  #toStart: { readonly call: Call; readonly perform: Perform }[] = [];
  #cancelAskingTimer: (() => void) | undefined;
  #cancelDeadline: (() => void) | undefined;
  /** How the run will end, if somebody or the deadline stops it. */
  #stop: Ending | undefined;
  /** How the run will end, once its workflow is done with and only the undoing is left. */
  #unwinding: Ending | undefined;

  /** @param onFrontier told, instead of anything being executed, which calls without a record the workflow asks for */
  constructor(
    ports: EnginePorts,
    claim: Claim,
    definition: WorkflowDefinition,
    instance: WorkflowInstance,
    onFrontier?: (calls: readonly Call[]) => void,
  ) {
    this.#ports = ports;
    this.#claim = claim;
    this.#definition = definition;
    this.#instance = instance;
    this.#onFrontier = onFrontier;
    this.#replay = new Replay(claim);
    this.#deliveries = new Deliveries(this.#replay, ports.errors);
    this.writer = new RunWriter(ports, claim, {
      onTurn: () => this.#scheduleTurn(),
      onRecord: (record) => this.#deliveries.add(record),
      onGone: () => this.#forget(),
    });
  }

  get settled(): Promise<Settlement> {
    return this.writer.settled;
  }

  /** Calls `run()`. */
  begin(): void {
    const { run } = this.#claim;
    if (run.cancelReason !== undefined) this.cancel(run.cancelReason);
    if (run.deadlineAt !== undefined) this.#watchDeadline(run.deadlineAt - this.#ports.clock.now());
    try {
      beginRun(this, this.#instance, decode(run.input)).then(
        (value) => this.#returned(value),
        (error: unknown) => this.#threw(error),
      );
    } catch (error) {
      return this.writer.stall(error);
    }
    this.#scheduleTurn();
  }

  // --- Called by the workflow.

  call(wrapper: Method, metadata: MethodMetadata, instance: unknown, args: readonly unknown[]): unknown {
    if (!this.#isAtWork()) return never();
    return this.#callMethod(wrapper, metadata, instance, args, '');
  }

  /** Asks for something durable. `args` tells one call of this name from another. */
  ask(name: string, args: unknown, perform: Perform): Promise<unknown> {
    if (!this.#isAtWork()) return never();
    const encodedArgs = encode(args, `the arguments of ${name}`);
    return this.#place(name, encodedArgs, this.#ifItFits(encodedArgs, name, perform), undefined);
  }

  /** Answers at once: with the record, or with what `make` returns, which then is the record. */
  note(name: string, make: () => unknown): unknown {
    if (!this.#isAtWork()) return make();
    const index = this.#nextCall++;
    const divergence = this.#replay.check({ call: index, name, digest: '' });
    if (divergence) {
      this.#diverge(divergence);
      throw new RunDiverged(this.writer.subject.id, divergence);
    }
    const recorded = this.#replay.take(index);
    if (recorded) return this.#read(recorded);
    const value = encode(make(), name);
    this.writer.append({ index, name, encodedArgs: '', digest: '' }, { kind: 'returned', value, attempts: 0 }, this.#ports.clock.now());
    return decode(value);
  }

  /** Whether this run goes the way of the new code: true for runs that had not come this far before the patch. */
  patched(id: string): boolean {
    const name = `patched:${id}`;
    const known = this.#patches.get(id);
    if (known !== undefined) return known;
    const isNew = this.#replay.nameOf(this.#nextCall) === name || !this.#replay.reaches(this.#nextCall);
    if (isNew) this.note(name, () => true);
    this.#patches.set(id, isNew);
    return isNew;
  }

  // --- Called by the process that hosts the run.

  /** Something may have been decided, sent or ended: looks at every wait again. */
  wake(): void {
    this.writer.wake();
  }

  /** Ends the run as cancelled, when effects under way have been recorded and what is to be undone has been undone. */
  cancel(reason: string): void {
    const error = new RunCancelled(`run "${this.writer.subject.id}" was cancelled: ${reason}`, { details: { reason } });
    this.#stopWith('cancelled', error);
  }

  /** Lets the bodies that are under way come to their record, for `graceMs` at the most, and gives the run back. */
  async release(graceMs: number): Promise<void> {
    this.#toStart = [];
    await this.writer.release(graceMs);
  }

  /** A run that is taken up after its deadline must not get as far as its next wait, and be put aside once more. */
  #watchDeadline(left: number): void {
    if (left > 0) this.#cancelDeadline = this.#ports.clock.after(left, () => this.#expire());
    else this.#expire();
  }

  #expire(): void {
    const { createdAt, deadlineAt } = this.#claim.run;
    const error = new DurableFlowError('DF_DEADLINE', `run "${this.writer.subject.id}" did not end within ${deadlineAt! - createdAt} ms`);
    this.#stopWith('failed', error);
  }

  #stopWith(status: EndedStatus, error: Error): void {
    if (!this.#isAtWork() || this.#stop) return;
    this.#stop = { status, outcome: this.#ports.errors.encode(error) };
    this.writer.abortBodies(error);
    this.#scheduleTurn();
  }

  // --- Calls.

  #callMethod(wrapper: Method, metadata: MethodMetadata, instance: unknown, args: readonly unknown[], prefix: string): Promise<unknown> {
    const method = this.#definition.methods.get(wrapper) ?? foreignMethod(wrapper, metadata, instance);
    let encodedArgs: string;
    try {
      encodedArgs = encode(args, `the arguments of ${method.id}`);
    } catch (error) {
      this.#nextCall++;
      return Promise.reject(error);
    }
    const { compensate } = method;
    const returned =
      compensate && !prefix
        ? ({ call, value }: JournalRecord) => {
            // What was done is what an operator made of the arguments.
            const done = this.writer.approval(call)?.edited ?? encodedArgs;
            this.#compensation.add({ instance, method: compensate, value, encodedArgs: done });
          }
        : undefined;
    const plainArgs = args.every(isPlain) ? args : undefined;
    const perform = this.#ifItFits(encodedArgs, method.id, ({ index, name, digest: digestOfArgs }) =>
      performCall(this.writer, { index, name, encodedArgs, digest: digestOfArgs, method, instance, plainArgs }),
    );
    return this.#place(prefix + method.id, encodedArgs, perform, returned);
  }

  /** A refusal of arguments that are too large is on record, so that it is the same on a replay under another limit. */
  #ifItFits(encodedArgs: string, name: string, perform: Perform): Perform {
    const { payloads, errors } = this.#ports;
    const refusal = payloads.refusal(encodedArgs, `the arguments of ${name}`);
    return refusal ? async () => ({ kind: 'threw', value: errors.encode(refusal), attempts: 0 }) : perform;
  }

  #place(name: string, encodedArgs: string, perform: Perform, returned: Waiter['returned']): Promise<unknown> {
    const call: Call = { index: this.#nextCall++, name, encodedArgs, digest: digest(encodedArgs) };
    const divergence = this.#replay.check({ call: call.index, name, digest: call.digest });
    if (divergence) {
      this.#diverge(divergence);
      return never();
    }
    const outcome = new Promise<unknown>((resolve, reject) => {
      this.#deliveries.expect(call.index, {
        resolve,
        reject: (reason) => {
          // A call that the workflow does not await must not end the process when it fails.
          outcome.catch(() => {});
          reject(reason);
        },
        returned,
      });
      if (!this.#replay.holds(call.index)) this.#toStart.push({ call, perform });
      this.#scheduleTurn();
    });
    return outcome;
  }

  #start(): void {
    const calls = this.#toStart;
    this.#toStart = [];
    if (this.#onFrontier) {
      if (calls.length > 0) this.#onFrontier(calls.map(({ call }) => call));
      return;
    }
    for (const { call, perform } of calls) void this.writer.execute(call, perform);
  }

  // --- Turns.

  #scheduleTurn(): void {
    if (this.#turnScheduled) return;
    this.#turnScheduled = true;
    // What the engine does, and the functions that it calls, are no part of the workflow.
    currentScope.run(undefined, () =>
      drained(() => {
        this.#turnScheduled = false;
        try {
          this.#turn();
        } catch (error) {
          // What is on record and cannot be read is no outcome for the workflow: the run stands still.
          this.writer.stall(error);
        }
      }),
    );
  }

  /** The workflow has gone as far as it can: deliver the next outcome; if there is none, go on with what it asked for. */
  #turn(): void {
    if (!this.writer.isOpen) return;
    this.#cancelAskingTimer?.();
    this.#cancelAskingTimer = undefined;
    const delivery = this.#deliveries.next();
    if (delivery && isStopMark(delivery.record)) return this.#replayStop(delivery.record);
    if (delivery && this.#deliveries.isExpected(delivery)) return this.#deliver(delivery);
    if (delivery && !this.#isUndoing(delivery.record)) return this.#awaitAsking();
    if (this.#stop && !this.#unwinding) return this.#obeyStop();
    if (this.#unwinding && !this.#compensation.isRunning) return this.#beginUndoing(this.#unwinding);
    this.#start();
    if (this.writer.isQuiet()) this.writer.park(this.#claim.run.deadlineAt, this.#unwinding !== undefined);
  }

  /** A record of the undoing is not the workflow's to ask for. */
  #isUndoing(record: JournalRecord): boolean {
    return this.#unwinding !== undefined && !this.#compensation.isRunning && isUndo(record.name);
  }

  #deliver(delivery: Delivery): void {
    const { call, name: method } = delivery.record;
    if (delivery.replayed) this.#ports.telemetry.emit('step.replayed', this.writer.subject, { call, method });
    this.#deliveries.deliver(delivery);
    this.#scheduleTurn();
  }

  /** There is an outcome for a call that the workflow has not made. */
  #awaitAsking(): void {
    const diverge = () => this.#diverge({ recorded: this.#replay.unasked(), asked: undefined });
    this.#cancelAskingTimer = this.#ports.clock.after(askingTime, diverge);
  }

  // --- The ends.

  #returned(value: unknown): void {
    if (this.#isStopped()) return this.#scheduleTurn();
    let outcome: string;
    try {
      outcome = this.#ports.payloads.encode(value, `what ${this.#definition.name} returned`);
    } catch (error) {
      return this.#threw(error);
    }
    if (!this.#isAtWork()) return;
    const unasked = this.#replay.unasked();
    if (unasked) return this.#diverge({ recorded: unasked, asked: undefined });
    this.#finish({ status: 'completed', outcome });
  }

  #threw(error: unknown): void {
    if (!this.#isAtWork()) return;
    if (this.#isStopped()) return this.#scheduleTurn();
    const unasked = this.#replay.unasked((name) => !isUndo(name));
    if (unasked) return this.#diverge({ recorded: unasked, asked: undefined });
    this.#unwind({ status: error instanceof ApprovalRejected ? 'rejected' : 'failed', outcome: this.#ports.errors.encode(error) });
  }

  #diverge(divergence: Divergence): void {
    if (!this.writer.isOpen) return;
    this.#finish({ status: 'diverged', outcome: this.#ports.errors.encode(new RunDiverged(this.writer.subject.id, divergence)) });
  }

  /** Whoever stops a run has the last word, even if its workflow comes to an end meanwhile; but not over an undoing that had begun before. */
  #isStopped(): boolean {
    return this.#replay.some(isStopMark) || (this.#stop !== undefined && !this.#replay.some(({ name }) => isUndo(name)));
  }

  /** Stopped from outside, and everything recorded has been delivered: end, or leave a mark from which to undo. */
  #obeyStop(): void {
    const ending = this.#stop!;
    if (!this.#definition.compensates) return this.#finish(ending);
    if (!this.#effectsAreSettled()) return;
    this.writer.append(...stopMark(this.#nextCall++, ending), this.#ports.clock.now());
    this.#unwind(ending);
  }

  #replayStop(record: JournalRecord): void {
    this.#replay.advance();
    this.#nextCall = record.call + 1;
    this.#unwind(endingOf(record));
  }

  /** For the workflow itself, which is on the stack: it must not go on with a value that cannot be read. */
  #read({ value }: JournalRecord): unknown {
    try {
      return decode(value);
    } catch (error) {
      this.writer.stall(error);
      throw error;
    }
  }

  #unwind(ending: Ending): void {
    if (!this.#definition.compensates) return this.#finish(ending);
    this.#unwinding = ending;
    this.#scheduleTurn();
  }

  /** Effects that were cut off are taken to their record first, so that they can be undone; other calls are dropped. */
  #effectsAreSettled(): boolean {
    // A replay that executes nothing leaves them as they are.
    this.#toStart = this.#onFrontier ? [] : this.#toStart.filter(({ call }) => this.writer.effect(call.index)?.state === 'intended');
    for (const { call } of this.#toStart) this.writer.holdOpen(call);
    this.#start();
    return this.writer.underWay === 0;
  }

  #beginUndoing(ending: Ending): void {
    if (!this.#effectsAreSettled()) return;
    this.writer.abandonCalls(new DurableFlowError('DF_CANCELLED', 'the run is being undone'));
    const scope: CallReceiver = {
      call: (wrapper, metadata, instance, args) => this.#callMethod(wrapper, metadata, instance, args, 'undo:'),
    };
    void this.#compensation.run(scope, this.#ports.errors.decode(ending.outcome)).then((failure) => {
      this.#finish(failure ? { status: 'failed', outcome: this.#ports.errors.encode(failure) } : ending);
    });
    this.#scheduleTurn();
  }

  #finish(ending: Ending): void {
    this.#toStart = [];
    this.writer.finish(ending, this.#claim.run);
  }

  /** The workflow may still ask for things. */
  #isAtWork(): boolean {
    return this.writer.isOpen && !this.#unwinding;
  }

  #forget(): void {
    this.#cancelAskingTimer?.();
    this.#cancelDeadline?.();
    this.#deliveries.clear();
    this.#toStart = [];
  }
}
