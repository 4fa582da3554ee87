import { currentScope, type CallReceiver } from '../definition/current-run.js';
import { defineMethod, type MethodDefinition } from '../definition/method-definition.js';
import type { Method, MethodMetadata } from '../definition/method-metadata.js';
import type { WorkflowDefinition } from '../definition/workflow-definition.js';
import { ApprovalRejected, DurableFlowError, RunCancelled, RunDiverged, type Divergence } from '../errors/index.js';
import { decode, digest, encode, type JournalRecord } from '../journal/index.js';
import type { ApprovalRecord, Claim, EffectRecord, EndedStatus, Lease } from '../store/index.js';
import type { BodyScope } from './body-scope.js';
import type { CallHost, EnginePorts, Wait } from './call-host.js';
import type { Call, Outcome } from './call.js';
import { drained } from './drained.js';
import { performCall } from './perform-call.js';
import { Replay } from './replay.js';

/** How an execution came to its end in this process. */
export type Settlement =
  | { readonly kind: 'ended'; readonly status: EndedStatus; readonly outcome: string }
  /** `ready`: something woke the run before it was put aside, so it can go on at once. */
  | { readonly kind: 'parked'; readonly wakeAt: number | undefined; readonly ready: boolean }
  | { readonly kind: 'released' }
  /** A commit failed; `DF_FENCED` if another process took the run over. */
  | { readonly kind: 'stalled'; readonly error: unknown };

/** A workflow instance, as far as an execution needs it. */
export interface WorkflowInstance {
  run(input: unknown): Promise<unknown>;
}

interface Waiter {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A recorded call that the workflow does not ask for within this time (in milliseconds) is a divergence. */
const askingTime = 1000;

/**
 * One run in memory, from its claim to its end, parking or loss. It delivers outcomes to the workflow one at a time, in
 * the order of the journal, and starts a body only when everything recorded before is on disk.
 */
export class Execution implements CallReceiver, CallHost {
  readonly ports: EnginePorts;
  readonly lease: Lease;
  readonly subject: { readonly id: string; readonly workflow: string };
  readonly settled: Promise<Settlement>;
  readonly #claim: Claim;
  readonly #definition: WorkflowDefinition;
  readonly #instance: WorkflowInstance;
  readonly #replay: Replay;
  readonly #settle: (settlement: Settlement) => void;

  #approvals: Map<number, ApprovalRecord>;
  #effects: Map<number, EffectRecord>;
  /** `open`: at work. `closing`: the workflow is done with, effects under way are still recorded. `gone`: nothing more is written. */
  #phase: 'open' | 'closing' | 'gone' = 'open';
  #nextCall = 0;
  #nextSeq: number;
  #turnScheduled = false;
  #cancelAskingTimer: (() => void) | undefined;
  #lastWrite: Promise<unknown> | undefined;
  readonly #waiters = new Map<number, Waiter>();
  readonly #recorded: JournalRecord[] = [];
  #toStart: Call[] = [];
  /** Calls that are being executed, and those of them that wait for their next attempt. */
  #active = 0;
  #delayed = 0;
  readonly #bodies = new Set<BodyScope>();
  readonly #underWay = new Set<number>();
  readonly #waits = new Map<number, { wait: Wait; resume: () => void; cancelTimer: (() => void) | undefined }>();
  #whenQuiet: (() => void) | undefined;

  constructor(ports: EnginePorts, claim: Claim, definition: WorkflowDefinition, instance: WorkflowInstance) {
    this.ports = ports;
    this.lease = claim.lease;
    this.subject = { id: claim.run.id, workflow: claim.run.workflow };
    this.#claim = claim;
    this.#definition = definition;
    this.#instance = instance;
    this.#replay = new Replay(claim);
    this.#nextSeq = claim.journal.length;
    this.#approvals = byCall(claim.approvals);
    this.#effects = byCall(claim.effects);
    let settle!: (settlement: Settlement) => void;
    this.settled = new Promise((resolve) => (settle = resolve));
    this.#settle = settle;
  }

  /** Calls `run()`. */
  begin(): void {
    const { run } = this.#claim;
    if (run.cancelReason !== undefined) return this.cancel(run.cancelReason);
    const input = decode(run.input);
    currentScope
      .run(this, async () => this.#instance.run(input))
      .then(
        (value) => this.#returned(value),
        (error: unknown) => this.#threw(error),
      );
    this.#scheduleTurn();
  }

  // --- Called by the workflow.

  call(wrapper: Method, metadata: MethodMetadata, instance: unknown, args: readonly unknown[]): unknown {
    if (this.#phase !== 'open') return never();
    const method = this.#definition.methods.get(wrapper) ?? foreignMethod(wrapper, metadata, instance);
    const index = this.#nextCall++;
    let encodedArgs: string;
    try {
      encodedArgs = encode(args, `the arguments of ${method.id}`);
    } catch (error) {
      return Promise.reject(error);
    }
    const call: Call = { index, method, instance, encodedArgs, digest: digest(encodedArgs) };
    const divergence = this.#replay.check({ call: index, name: method.id, digest: call.digest });
    if (divergence) {
      this.#diverge(divergence);
      return never();
    }
    const outcome = new Promise((resolve, reject) => {
      this.#waiters.set(index, { resolve, reject });
      if (!this.#replay.holds(index)) this.#toStart.push(call);
      this.#scheduleTurn();
    });
    // A call that the workflow does not await must not end the process when it fails.
    outcome.catch(() => {});
    return outcome;
  }

  // --- Called by the process that hosts the run.

  /** Something may have been decided: looks at every wait again. */
  wake(): void {
    if (this.#phase !== 'open' || this.#waits.size === 0) return;
    this.refresh();
    for (const { wait, resume } of [...this.#waits.values()]) if (wait.over()) resume();
  }

  /** Aborts what is under way and ends the run as cancelled. */
  cancel(reason: string): void {
    if (this.#phase !== 'open') return;
    const error = new RunCancelled(`run "${this.subject.id}" was cancelled: ${reason}`, { details: { reason } });
    this.#finish('cancelled', this.ports.errors.encode(error), () => this.#abortBodies(error));
  }

  /** Lets the bodies that are under way come to their record, for `graceMs` at the most, and gives the run back. */
  async release(graceMs: number): Promise<void> {
    if (this.#phase === 'open') {
      this.#phase = 'closing';
      this.#toStart = [];
      await new Promise<void>((resolve) => {
        const cancelTimer = this.ports.clock.after(graceMs, resolve);
        this.#whenQuiet = () => {
          if (this.#active > this.#delayed) return;
          cancelTimer();
          resolve();
        };
        this.#whenQuiet();
      });
      this.#abortBodies(new DurableFlowError('DF_CLOSED', 'this process shuts down'));
      await this.#endWith(this.ports.store.release(this.lease, this.ports.clock.now()), () => {
        this.ports.telemetry.emit('run.released', this.subject, {});
        return { kind: 'released' };
      });
    }
    await this.settled;
  }

  // --- Called by the phases of a call.

  approval(call: number): ApprovalRecord | undefined {
    return this.#approvals.get(call);
  }

  effect(call: number): EffectRecord | undefined {
    return this.#effects.get(call);
  }

  async durable(): Promise<void> {
    if (this.#lastWrite) await this.written(this.#lastWrite);
    if (this.#phase !== 'open') await never();
  }

  written<T>(write: Promise<T>): Promise<T> {
    return new Promise((resolve) => {
      write.then(
        (value) => {
          if (this.#phase !== 'gone') resolve(value);
        },
        (error: unknown) => this.#stall(error),
      );
    });
  }

  async waitFor(wait: Wait): Promise<void> {
    this.#active--;
    const held = this.#underWay.delete(wait.call);
    await new Promise<void>((resume) => {
      const entry = {
        wait,
        resume: () => {
          this.#waits.delete(wait.call);
          entry.cancelTimer?.();
          resume();
        },
        cancelTimer: undefined as (() => void) | undefined,
      };
      if (wait.wakeAt !== undefined) entry.cancelTimer = this.ports.clock.after(wait.wakeAt - this.ports.clock.now(), () => this.wake());
      this.#waits.set(wait.call, entry);
      this.#becomeQuiet();
      this.#scheduleTurn();
    });
    this.refresh();
    this.#active++;
    if (held) this.#underWay.add(wait.call);
  }

  async delay(call: number, ms: number): Promise<void> {
    this.#underWay.delete(call);
    this.#delayed++;
    this.#becomeQuiet();
    await new Promise<void>((resolve) => this.ports.clock.after(ms, resolve));
    this.#delayed--;
    if (this.#phase !== 'open') await never();
  }

  runBody<T>(scope: BodyScope, body: () => T): T {
    this.#bodies.add(scope);
    const result = currentScope.run(scope, body);
    const over = () => void this.#bodies.delete(scope);
    if (result instanceof Promise) result.then(over, over);
    else over();
    return result;
  }

  holdOpen(call: number): void {
    this.#underWay.add(call);
  }

  // --- The turns of the workflow.

  #scheduleTurn(): void {
    if (this.#turnScheduled) return;
    this.#turnScheduled = true;
    drained(() => {
      this.#turnScheduled = false;
      this.#turn();
    });
  }

  /** The workflow has gone as far as it can: deliver the next outcome; if there is none, start what it asked for; else park. */
  #turn(): void {
    if (this.#phase !== 'open') return;
    this.#cancelAskingTimer?.();
    this.#cancelAskingTimer = undefined;
    const replayed = this.#replay.peek();
    const record = replayed ?? this.#recorded[0];
    if (record) return this.#deliver(record, replayed !== undefined);
    const calls = this.#toStart;
    this.#toStart = [];
    for (const call of calls) void this.#execute(call);
    if (this.#active === 0 && this.#waits.size > 0) this.#park();
  }

  #deliver(record: JournalRecord, replayed: boolean): void {
    const waiter = this.#waiters.get(record.call);
    if (!waiter) {
      this.#cancelAskingTimer = this.ports.clock.after(askingTime, () =>
        this.#diverge({ recorded: this.#replay.unasked(), asked: undefined }),
      );
      return;
    }
    this.#waiters.delete(record.call);
    if (replayed) {
      this.#replay.advance();
      this.ports.telemetry.emit('step.replayed', this.subject, { call: record.call, method: record.name });
    } else this.#recorded.shift();
    if (record.outcome === 'returned') waiter.resolve(decode(record.value));
    else waiter.reject(this.ports.errors.decode(record.value));
    this.#scheduleTurn();
  }

  async #execute(call: Call): Promise<void> {
    this.#active++;
    const startedAt = this.ports.clock.now();
    const outcome = await performCall(this, call);
    this.#record(call, outcome, startedAt);
    this.#active--;
    this.#underWay.delete(call.index);
    this.#becomeQuiet();
    this.#scheduleTurn();
  }

  #record(call: Call, { kind, value, attempts, receipt }: Outcome, startedAt: number): void {
    if (this.#phase === 'gone') return;
    const { index, method } = call;
    const endedAt = this.ports.clock.now();
    const record: JournalRecord = {
      seq: this.#nextSeq++,
      call: index,
      name: method.id,
      digest: call.digest,
      outcome: kind,
      value,
      attempts,
      startedAt,
      endedAt,
    };
    this.#write(this.ports.store.append(this.lease, record, receipt));
    // Delivered before it is on disk: the workflow may think ahead, but no body begins before the commit.
    if (this.#phase === 'open') this.#recorded.push(record);
    this.ports.telemetry.emit('step.recorded', this.subject, {
      call: index,
      method: method.id,
      outcome: kind,
      attempts,
      durationMs: endedAt - startedAt,
    });
  }

  // --- The ends.

  #returned(value: unknown): void {
    let outcome: string;
    try {
      outcome = encode(value, `what ${this.#definition.name} returned`);
    } catch (error) {
      return this.#threw(error);
    }
    this.#leave('completed', outcome);
  }

  #threw(error: unknown): void {
    this.#leave(error instanceof ApprovalRejected ? 'rejected' : 'failed', this.ports.errors.encode(error));
  }

  #leave(status: EndedStatus, outcome: string): void {
    if (this.#phase !== 'open') return;
    const unasked = this.#replay.unasked();
    if (unasked) return this.#diverge({ recorded: unasked, asked: undefined });
    this.#finish(status, outcome);
  }

  #diverge(divergence: Divergence): void {
    if (this.#phase !== 'open') return;
    this.#finish('diverged', this.ports.errors.encode(new RunDiverged(this.subject.id, divergence)));
  }

  /** Ends the run, as soon as the effects that are under way have been recorded. */
  #finish(status: EndedStatus, outcome: string, abort?: () => void): void {
    this.#phase = 'closing';
    this.#toStart = [];
    const end = () =>
      void this.#endWith(this.ports.store.finish(this.lease, { status, outcome, at: this.ports.clock.now() }), () => {
        this.ports.telemetry.emit('run.ended', this.subject, { status, durationMs: this.ports.clock.now() - this.#claim.run.createdAt });
        return { kind: 'ended', status, outcome };
      });
    abort?.();
    if (this.#underWay.size === 0) end();
    else this.#whenQuiet = () => this.#underWay.size === 0 && end();
  }

  #park(): void {
    const waits = [...this.#waits.values()].map(({ wait }) => wait);
    const status = waits.some((wait) => wait.status === 'in_doubt') ? 'in_doubt' : 'waiting';
    const wakeAts = waits.flatMap(({ wakeAt }) => (wakeAt === undefined ? [] : [wakeAt]));
    const wakeAt = wakeAts.length > 0 ? Math.min(...wakeAts) : undefined;
    const calls = waits.map(({ call }) => call);
    this.#phase = 'closing';
    void this.#endWith(this.ports.store.park(this.lease, { status, calls, wakeAt, at: this.ports.clock.now() }), (answer) => {
      this.ports.telemetry.emit('run.parked', this.subject, { status, calls, wakeAt });
      return { kind: 'parked', wakeAt, ready: answer === 'ready' };
    });
  }

  async #endWith<T>(write: Promise<T>, settlement: (answer: T) => Settlement): Promise<void> {
    this.#cancelTimers();
    try {
      const answer = await write;
      if (this.#phase === 'gone') return;
      this.#gone(new DurableFlowError('DF_CLOSED', 'the run is no longer executed here'));
      this.#settle(settlement(answer));
    } catch (error) {
      this.#stall(error);
    }
  }

  /** A commit failed. What was committed stands; nothing more is written from here. */
  #stall(error: unknown): void {
    if (this.#phase === 'gone') return;
    const code = error instanceof DurableFlowError ? error.code : 'unknown';
    if (code === 'DF_FENCED') this.ports.telemetry.emit('run.fenced', this.subject, { epoch: this.lease.epoch });
    else this.ports.telemetry.emit('run.stalled', this.subject, { code, message: String(error) });
    this.#gone(error);
    this.#settle({ kind: 'stalled', error });
  }

  #gone(reason: unknown): void {
    this.#phase = 'gone';
    this.#cancelTimers();
    this.#abortBodies(reason);
    this.#waiters.clear();
    this.#toStart = [];
  }

  // --- Small parts.

  #write(write: Promise<unknown>): void {
    this.#lastWrite = write;
    write.then(
      () => {
        if (this.#lastWrite === write) this.#lastWrite = undefined;
      },
      (error: unknown) => this.#stall(error),
    );
  }

  #becomeQuiet(): void {
    if (this.#phase === 'closing') this.#whenQuiet?.();
  }

  refresh(): void {
    const { store } = this.ports;
    this.#approvals = byCall(store.approvals({ runId: this.subject.id }));
    this.#effects = byCall(store.effects(this.subject.id));
  }

  #abortBodies(reason: unknown): void {
    for (const scope of this.#bodies) scope.abort(reason);
  }

  #cancelTimers(): void {
    this.#cancelAskingTimer?.();
    for (const { cancelTimer } of this.#waits.values()) cancelTimer?.();
  }
}

const never = () => new Promise<never>(() => {});

const byCall = <T extends { readonly call: number }>(records: readonly T[]) => new Map(records.map((it) => [it.call, it]));

const foreignMethods = new WeakMap<Method, MethodDefinition>();

/** A durable method of another object, or one reached by `super`: qualified by its class, so that names cannot meet. */
function foreignMethod(wrapper: Method, metadata: MethodMetadata, instance: unknown): MethodDefinition {
  let method = foreignMethods.get(wrapper);
  if (!method) {
    const owner = (instance as { constructor?: { name?: string } } | undefined)?.constructor?.name ?? 'unknown';
    const defined = defineMethod(metadata, `${owner}.${metadata.key}`, (key) => (instance as Record<string, unknown>)[key]);
    method = Object.freeze({ ...defined, id: `${owner}.${defined.id}` });
    foreignMethods.set(wrapper, method);
  }
  return method;
}
