import { currentScope } from '../definition/current-run.js';
import { DurableFlowError } from '../errors/index.js';
import type { JournalRecord } from '../journal/index.js';
import type { ApprovalRecord, Claim, EffectRecord, EndedStatus, Lease, RunRecord, SqlDatabase, WaitRecord } from '../store/index.js';
import type { BodyScope } from './body-scope.js';
import type { CallHost, EnginePorts } from './call-host.js';
import type { Call, MethodCall, Outcome } from './call.js';
import type { DecisionDraft } from './decision-draft.js';
import { JournalWriter } from './journal-writer.js';
import { RunDecisions } from './run-decisions.js';
import { Waits, type Wait } from './waits.js';

/** How an execution came to its end in this process. */
export type Settlement =
  | { readonly kind: 'ended'; readonly status: EndedStatus; readonly outcome: string; readonly parent: string | undefined }
  /** `ready`: something woke the run before it was put aside, so it can go on at once. */
  | { readonly kind: 'parked'; readonly wakeAt: number | undefined; readonly ready: boolean }
  | { readonly kind: 'released' }
  /** A commit failed; `DF_FENCED` if another process took the run over. */
  | { readonly kind: 'stalled'; readonly error: unknown };

interface Listener {
  /** The workflow may be able to go on. */
  readonly onTurn: () => void;
  /** A call that was executed here has come to its record. */
  readonly onRecord: (record: JournalRecord) => void;
  /** Nothing more is done here. */
  readonly onGone: () => void;
}

const never = () => new Promise<never>(() => {});

/** The executing half of a run in memory: calls under way, their writes under the lease, and how it all comes to an end. */
export class RunWriter implements CallHost {
  readonly ports: EnginePorts;
  readonly lease: Lease;
  readonly subject: { readonly id: string; readonly workflow: string };
  readonly settled: Promise<Settlement>;
  readonly signalsSeen = new Set<number>();
  readonly #settle: (settlement: Settlement) => void;
  readonly #listener: Listener;
  readonly #journal: JournalWriter;
  readonly #waitRecords: Map<number, WaitRecord>;
  readonly #bodies = new Set<BodyScope>();
  readonly #underWay = new Set<number>();
  readonly #decisions: RunDecisions;
  #approvals: Map<number, ApprovalRecord>;
  #effects: Map<number, EffectRecord>;
  #waits: Waits;
  /** `closing`: no new work; what is under way may still be recorded. `gone`: nothing more is written. */
  #phase: 'open' | 'closing' | 'gone' = 'open';
  #isStopping = false;
  /** Calls that are being executed, and those of them that wait for their next attempt. */
  #active = 0;
  #delayed = 0;
  /** Calls that are being executed and count. */
  readonly #counting = new Set<number>();
  /** Raised when all calls under way are abandoned; their outcomes no longer count. */
  #generation = 0;
  #whenQuiet: (() => void) | undefined;

  constructor(ports: EnginePorts, claim: Claim, listener: Listener) {
    this.ports = ports;
    this.lease = claim.lease;
    this.subject = { id: claim.run.id, workflow: claim.run.workflow };
    this.#listener = listener;
    this.#journal = new JournalWriter(ports, claim.lease, this.subject, (claim.journal.at(-1)?.seq ?? -1) + 1, (error) =>
      this.stall(error),
    );
    this.#decisions = new RunDecisions(ports, claim.lease, this.subject, (error) => this.stall(error));
    this.#approvals = byCall(claim.approvals);
    this.#effects = byCall(claim.effects);
    this.#waitRecords = byCall(claim.waits);
    this.#waits = new Waits(ports.clock, () => this.wake());
    let settle!: (settlement: Settlement) => void;
    this.settled = new Promise((resolve) => (settle = resolve));
    this.#settle = settle;
  }

  get isOpen(): boolean {
    return this.#phase === 'open';
  }

  /** What has not begun may not begin any more. */
  get isStopping(): boolean {
    return this.#isStopping || this.#phase !== 'open';
  }

  /** How many effects are between their intent and their record. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /** Nothing is being executed, and something is waited for. */
  isQuiet(): boolean {
    return this.#active === 0 && this.#waits.size > 0;
  }

  // --- Calls.

  /** Executes a call and records what comes of it, if that counts then. */
  async execute(call: Call, perform: (call: Call) => Promise<Outcome>): Promise<void> {
    const generation = this.#generation;
    this.#active++;
    this.#counting.add(call.index);
    const startedAt = this.ports.clock.now();
    let outcome: Outcome;
    try {
      outcome = await perform(call);
    } catch (error) {
      outcome = { kind: 'threw', value: this.ports.errors.encode(error), attempts: 0 };
    }
    if (generation !== this.#generation || this.#phase === 'gone') return this.#listener.onTurn();
    const record = outcome.kind === 'committed' ? outcome.record : this.append(call, outcome, startedAt);
    this.#active--;
    this.#counting.delete(call.index);
    this.#underWay.delete(call.index);
    this.#becomeQuiet();
    this.#listener.onRecord(record);
    this.#listener.onTurn();
  }

  append(call: Call, outcome: Exclude<Outcome, { kind: 'committed' }>, startedAt: number): JournalRecord {
    const record = this.#journal.append(call, outcome, startedAt, this.#decisions.record(call));
    this.#decisions.close(call);
    return record;
  }

  async transact(call: MethodCall, attempts: number, startedAt: number, work: (db: SqlDatabase) => unknown): Promise<JournalRecord> {
    try {
      const record = await this.#journal.transact(call, attempts, startedAt, work, () => this.#decisions.record(call));
      this.#decisions.close(call);
      return record;
    } catch (error) {
      if (isStoreFailure(error)) this.stall(error);
      throw error;
    }
  }

  // --- For the phases of a call.

  approval(call: number): ApprovalRecord | undefined {
    return this.#approvals.get(call);
  }

  effect(call: number): EffectRecord | undefined {
    return this.#effects.get(call);
  }

  wait(call: number): WaitRecord | undefined {
    return this.#waitRecords.get(call);
  }

  decision(call: MethodCall): DecisionDraft {
    return this.#decisions.of(call);
  }

  knownDecision(call: Call): DecisionDraft | undefined {
    return this.#decisions.known(call);
  }

  refresh(): void {
    const { store } = this.ports;
    this.#approvals = byCall(store.approvals({ runId: this.subject.id }));
    this.#effects = byCall(store.effects(this.subject.id));
  }

  async durable(call: Call): Promise<void> {
    const { pending } = this.#journal;
    if (pending) await pending;
    // Stalled or abandoned meanwhile: its body must not begin.
    if (this.#phase === 'gone' || !this.#counting.has(call.index)) await never();
    if (this.#phase !== 'open') await this.drop(call);
  }

  written<T>(write: Promise<T>): Promise<T> {
    return new Promise((resolve) => {
      write.then(
        (value) => {
          if (this.#phase !== 'gone') resolve(value);
        },
        (error: unknown) => this.stall(error),
      );
    });
  }

  async waitFor(wait: Wait): Promise<void> {
    const generation = this.#generation;
    const held = this.#underWay.delete(wait.call);
    this.#active--;
    // The wait is committed behind it.
    void this.#decisions.noteSpent(wait.call);
    this.#becomeQuiet();
    this.#listener.onTurn();
    await this.#waits.add(wait);
    if (generation !== this.#generation) await never();
    this.refresh();
    this.#active++;
    if (held) this.#underWay.add(wait.call);
  }

  async delay(call: Call, ms: number): Promise<void> {
    const generation = this.#generation;
    this.#underWay.delete(call.index);
    this.#delayed++;
    const noted = this.#decisions.noteSpent(call.index);
    this.#becomeQuiet();
    this.#listener.onTurn();
    await new Promise<void>((resolve) => this.ports.clock.after(ms, resolve));
    await noted;
    if (generation === this.#generation) this.#delayed--;
    if (generation !== this.#generation) await never();
    if (this.#phase !== 'open') await this.drop(call);
  }

  /** A call that is not executed any further must not be waited for at the end. */
  drop(call: Call): Promise<never> {
    this.#underWay.delete(call.index);
    this.#active--;
    this.#becomeQuiet();
    this.#listener.onTurn();
    return never();
  }

  runBody<T>(scope: BodyScope, body: () => T): T {
    this.#bodies.add(scope);
    const result = currentScope.run(scope, body);
    const idle = this.ports.clock.busy?.();
    const over = () => {
      this.#bodies.delete(scope);
      idle?.();
    };
    if (result instanceof Promise) result.then(over, over);
    else over();
    return result;
  }

  holdOpen(call: Call): void {
    this.#underWay.add(call.index);
  }

  // --- For the process that hosts the run.

  wake(): void {
    if (this.#phase !== 'open' || this.#waits.size === 0) return;
    this.refresh();
    this.#waits.check();
  }

  abortBodies(reason: unknown): void {
    this.#isStopping = true;
    for (const scope of this.#bodies) scope.abort(reason);
  }

  /** Calls under way no longer count, and waits are called off. */
  abandonCalls(reason: unknown): void {
    this.#decisions.noteAbandoned();
    this.#generation++;
    this.#counting.clear();
    this.#active = 0;
    this.#delayed = 0;
    this.#waits.cancelTimers();
    this.#waits = new Waits(this.ports.clock, () => this.wake());
    this.abortBodies(reason);
    this.#isStopping = false;
  }

  // --- The ends.

  /** Ends the run, as soon as the effects that are under way have been recorded. */
  finish({ status, outcome }: { readonly status: EndedStatus; readonly outcome: string }, run: RunRecord): void {
    if (this.#phase !== 'open') return;
    this.#phase = 'closing';
    this.#whenQuiet = () => {
      if (this.#underWay.size > 0) return;
      this.#whenQuiet = undefined;
      this.#generation++;
      const at = this.ports.clock.now();
      this.#decisions.noteAbandoned();
      void this.#endWith(this.ports.store.finish(this.lease, { status, outcome, at }), () => {
        this.ports.telemetry.emit('run.ended', this.subject, {
          status,
          durationMs: at - run.createdAt,
          error: this.#told(status, outcome),
        });
        return { kind: 'ended', status, outcome, parent: run.parent };
      });
    };
    this.#whenQuiet();
  }

  /** What is told of how a run has failed, if anybody listens. */
  #told(status: EndedStatus, outcome: string): string | undefined {
    const { telemetry, errors } = this.ports;
    if (!telemetry.isOn || (status !== 'failed' && status !== 'diverged')) return undefined;
    try {
      return String(errors.decode(outcome));
    } catch {
      // An error may have words of its own making, and the run has ended all the same.
      return undefined;
    }
  }

  /** Puts the run aside until one of its waits is over. Neither its deadline nor anyone who cancels it stops an undoing. */
  park(deadlineAt: number | undefined, undoing: boolean): void {
    this.#phase = 'closing';
    const status = this.#waits.status();
    const calls = this.#waits.calls();
    const times = [this.#waits.wakeAt(), undoing ? undefined : deadlineAt].filter((at) => at !== undefined);
    const wakeAt = times.length > 0 ? Math.min(...times) : undefined;
    void this.#endWith(this.ports.store.park(this.lease, { status, calls, wakeAt, undoing, at: this.ports.clock.now() }), (answer) => {
      this.ports.telemetry.emit('run.parked', this.subject, { status, calls, wakeAt });
      return { kind: 'parked', wakeAt, ready: answer === 'ready' };
    });
  }

  /** Lets the bodies that are under way come to their record, for `graceMs` at the most, and gives the run back. */
  async release(graceMs: number): Promise<void> {
    if (this.#phase === 'open') {
      this.#phase = 'closing';
      // Without grace there is nothing to wait for, not even on a clock that stands still.
      if (graceMs > 0) await this.#quiet(graceMs);
      this.abortBodies(closing());
      this.#decisions.noteAbandoned();
      await this.#endWith(this.ports.store.release(this.lease, this.ports.clock.now()), () => {
        this.ports.telemetry.emit('run.released', this.subject, {});
        return { kind: 'released' };
      });
    }
    await this.settled;
  }

  /** Resolves when no body is under way, or after `graceMs`. */
  #quiet(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancelTimer = this.ports.clock.after(graceMs, resolve);
      this.#whenQuiet = () => {
        if (this.#active > this.#delayed) return;
        cancelTimer();
        resolve();
      };
      this.#whenQuiet();
    });
  }

  async #endWith<T>(write: Promise<T>, settlement: (answer: T) => Settlement): Promise<void> {
    this.#waits.cancelTimers();
    try {
      const answer = await write;
      if (this.#phase === 'gone') return;
      this.#gone();
      this.#settle(settlement(answer));
    } catch (error) {
      this.stall(error);
    }
  }

  /** A commit failed, or a record cannot be read. What was committed stands; nothing more is written from here. */
  stall(error: unknown): void {
    if (this.#phase === 'gone') return;
    const code = error instanceof DurableFlowError ? error.code : 'unknown';
    if (code === 'DF_FENCED') this.ports.telemetry.emit('run.fenced', this.subject, { epoch: this.lease.epoch });
    else this.ports.telemetry.emit('run.stalled', this.subject, { code, message: String(error) });
    this.#gone(error);
    this.#settle({ kind: 'stalled', error });
  }

  #gone(reason?: unknown): void {
    this.#phase = 'gone';
    this.#waits.cancelTimers();
    if (this.#bodies.size > 0) this.abortBodies(reason ?? closing());
    this.#listener.onGone();
  }

  #becomeQuiet(): void {
    if (this.#phase === 'closing') this.#whenQuiet?.();
  }
}

const closing = () => new DurableFlowError('DF_CLOSED', 'the run is no longer executed here');

const isStoreFailure = (error: unknown) =>
  error instanceof DurableFlowError && (error.code.startsWith('DF_STORE_') || error.code === 'DF_FENCED' || error.code === 'DF_CLOSED');

const byCall = <T extends { readonly call: number }>(records: readonly T[]) => new Map(records.map((it) => [it.call, it]));
