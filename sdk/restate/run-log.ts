import { randomUUID } from 'node:crypto';
import { DurableFlowError, RunCancelled } from '../errors/index.js';
import {
  encodeInput,
  Execution,
  RunStarter,
  thisProcess,
  type ChildRequest,
  type EnginePorts,
  type Registration,
} from '../runtime/index.js';
import type { SqliteStore } from '../sqlite/index.js';
import { isEnded, type Claim, type EffectIntent, type IntentAnswer, type NewRun, type RunRecord, type Store } from '../store/index.js';
import { CommitQueue, fenced } from './commit-queue.js';
import { loggedStore } from './logged-store.js';
import type { Ask, AskAnswer, Batch, LogEntry, RunEvent, RunOrder } from './log-entry.js';
import type { ReplicaPool } from './replica-pool.js';
import { RunReplica } from './run-replica.js';
import { sendsOf } from './run-sends.js';
import { entryRefusal, jsonBytes } from './size-limits.js';

/** What a run's memory needs of the worker that it is in. */
export interface RunLogHost {
  readonly ports: EnginePorts;
  readonly registry: { named(workflow: string, version: string): Registration };
  readonly pool: ReplicaPool;
  /** For tests that stop a process at a write. */
  readonly wrapStore: (store: Store) => Store;
  /** A commit that is empty goes out after so long, in milliseconds: a silent handler is put to sleep. */
  readonly keepAlive: number;
  readonly isClosing: () => boolean;
}

/** How long a claim waits for the first write of the execution, to share its commit, in milliseconds. */
const claimLinger = 20;

/** A run is due when the server's clock says so; ours may be behind by so much, in milliseconds. */
const clockSkew = 50;

const immediate = () => new Promise<void>((resolve) => setImmediate(resolve));
const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const never = () => new Promise<never>(() => {});

/**
 * One run in a worker's memory, for one attempt of its handler. While the handler is replayed it only collects what is in the
 * log; at the frontier it makes the run out of it, begins an execution, and hands out what that writes, batch by batch.
 */
export class RunLog {
  readonly runId: string;
  readonly #host: RunLogHost;
  readonly #order: RunOrder;
  readonly #past: LogEntry[] = [];
  readonly #queue = new CommitQueue();
  #live: { readonly store: SqliteStore; readonly replica: RunReplica } | undefined;
  #execution: Execution | undefined;
  #offered: { readonly event: RunEvent; readonly inbox: number | undefined }[] = [];
  #taken = 0;
  /** This attempt has made the last batch, so it is applied already. */
  #isOwn = false;
  #isOver = false;

  constructor(host: RunLogHost, runId: string, order: RunOrder) {
    this.#host = host;
    this.runId = runId;
    this.#order = order;
  }

  // --- What the handler says.

  /** A batch is durable: one of an earlier attempt, or the one that `commit` has returned. */
  committed(batch: Batch): void {
    this.#past.push(...batch.entries);
    this.#taken = batch.inbox;
    this.#offered = this.#offered.filter(({ inbox }) => inbox === undefined || inbox >= batch.inbox);
    if (!this.#isOwn) return;
    this.#isOwn = false;
    this.#queue.committed();
    if (batch.park || batch.end) this.#forget((store) => this.#host.pool.give(store));
  }

  /** The answer to a question is durable. Returns the entries that it makes, which depend on it alone. */
  answered(ask: Ask, answer: AskAnswer): LogEntry[] {
    const entries = entriesOf(ask, answer);
    this.#past.push(...entries);
    if (this.#live) {
      for (const entry of entries) void this.#live.replica.apply(entry);
      this.#queue.answered(answer);
    }
    return entries;
  }

  /** Something has come into the inbox, or (without a number) Restate itself was asked to cancel the run. */
  offer(event: RunEvent, inbox: number | undefined): void {
    this.#offered.push({ event, inbox });
    if (this.#execution) this.#queue.wake();
  }

  offerCancel(reason: string): void {
    const { errors, clock } = this.#host.ports;
    const error = new RunCancelled(`run "${this.runId}" was cancelled: ${reason}`, { details: { reason } });
    this.offer({ verb: 'cancel', reason, outcome: errors.encode(error), at: clock.now() }, undefined);
  }

  /** The next batch; an empty one if nothing happens for `patience` milliseconds. Called at the frontier only. */
  async commit(patience = this.#host.keepAlive): Promise<Batch> {
    if (this.#isOver) await never();
    const { store } = (this.#live ??= await this.#open());
    if (!this.#execution && this.#queue.isEmpty) await this.#goOn();
    for (;;) {
      await this.#takeEvents();
      if (!this.#queue.isEmpty || !this.#execution) break;
      await this.#queue.filled(patience);
      await immediate();
      // Nobody takes the batch any more, and the store is closed.
      if (this.#isOver) await never();
      if (this.#queue.isEmpty && this.#offered.length === 0) break;
    }
    if (this.#isOver) await never();
    const { items, bytes, isAll } = this.#queue.take();
    this.#isOwn = true;
    const run = store.run(this.runId)!;
    const ask = items.find((item) => item.ask)?.ask;
    return {
      inbox: this.#taken,
      entries: items.flatMap(({ entry }) => (entry ? [entry] : [])),
      bytes,
      answers: items.flatMap(({ answers }) => (answers ? [answers as Batch['answers'][number]] : [])),
      sends: items.flatMap(({ sends }) => sends ?? []),
      at: this.#host.ports.clock.now(),
      ...(ask && { ask }),
      ...(isAll && !ask && rest(run)),
    };
  }

  // --- For the worker.

  /** Lets bodies that are under way come to their record, for `graceMs` at the most, and gives the run back. */
  async release(graceMs: number): Promise<void> {
    await this.#execution?.release(graceMs);
  }

  /** The attempt is over, however it ended: somebody else may have the run by now. */
  abandon(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#queue.fence(this.runId);
    const execution = this.#execution;
    const forget = () => this.#forget((store) => this.#host.pool.discard(store));
    if (execution) void execution.release(0).finally(forget);
    else forget();
  }

  #forget(leave: (store: SqliteStore) => Promise<void>): void {
    const live = this.#live;
    this.#live = undefined;
    this.#execution = undefined;
    // What is on its way out may still look once.
    if (live) setImmediate(() => void leave(live.store));
  }

  async #open() {
    const store = await this.#host.pool.take();
    const replica = new RunReplica(store, this.runId, { isWhole: false });
    for (const entry of this.#past) await replica.apply(entry);
    return { store, replica };
  }

  /** The run is nowhere in execution: what has come is looked at, and if it can go on, it is claimed. */
  async #goOn(): Promise<void> {
    const { store } = this.#live!;
    if (!store.run(this.runId)) await this.#write(this.#first());
    await this.#takeEvents();
    const run = store.run(this.runId)!;
    if (isEnded(run.status)) return;
    const now = this.#host.ports.clock.now();
    if (run.status === 'waiting' && run.wakeAt !== undefined && run.wakeAt > now && run.wakeAt <= now + clockSkew)
      await delay(run.wakeAt - now);
    else if (run.status === 'in_doubt' || (run.status === 'waiting' && !(run.wakeAt !== undefined && run.wakeAt <= now))) return;
    if (this.#host.isClosing()) await never();
    await this.#execute(run);
  }

  /** Written, and applied; it is not waited for until it is durable. */
  async #write(entry: LogEntry): Promise<unknown> {
    const applied = this.#live!.replica.apply(entry);
    void this.#queue.add(entry, applied, this.#sends(entry)).catch(() => {});
    return applied;
  }

  #first(): LogEntry {
    const { parentService: _parentService, ...first } = this.#order;
    return first.verb === 'start' ? { ...first, run: { ...first.run, owner: undefined } } : first;
  }

  #sends(entry: LogEntry) {
    const order = this.#order;
    const parent = order.verb === 'start' ? order.run.parent : undefined;
    const waits = order.parentService !== undefined && parent && !parent.detached;
    const waiting = waits ? { service: order.parentService, runId: parent.runId } : undefined;
    return sendsOf({ store: this.#live!.store, errors: this.#host.ports.errors, runId: this.runId, waiting }, entry);
  }

  async #takeEvents(): Promise<void> {
    const { store, replica } = this.#live!;
    const offered = this.#offered;
    this.#offered = [];
    for (const { event, inbox } of offered) {
      const applied = replica.apply(event);
      const sends = this.#sends(event);
      const answer = await applied;
      if (inbox !== undefined) this.#taken = inbox + 1;
      this.#queue.addEvent(event, sends, inbox, answer);
      const reason = store.run(this.runId)!.cancelReason;
      if (event.verb === 'cancel' && reason !== undefined) this.#execution?.cancel(reason);
      else this.#execution?.wake();
    }
  }

  async #execute(run: RunRecord): Promise<void> {
    const { ports, registry, wrapStore } = this.#host;
    const registration = registry.named(run.workflow, run.version);
    const instance = await registration.factory();
    const owner = { ...thisProcess(), expiresAt: Number.MAX_SAFE_INTEGER, id: randomUUID() };
    const at = Math.max(ports.clock.now(), run.wakeAt ?? 0);
    const { store, replica } = this.#live!;
    const claim = (await this.#write({ verb: 'claim', owner, at })) as Claim;
    const log = (entry: LogEntry) => {
      // A body that nobody waits for any more: by now the store may be that of another run.
      if (this.#live?.replica !== replica) return Promise.reject(fenced(this.runId));
      const bytes = jsonBytes(entry);
      const refusal = entryRefusal(entry, bytes);
      if (refusal) return this.#giveUp(refusal);
      const applied = replica.apply(entry);
      return this.#queue.add(entry, applied, this.#sends(entry), bytes);
    };
    const own = wrapStore(loggedStore(store, { log, intend: (intent) => this.#intend(intent) }));
    const { definition } = registration;
    const runPorts = { ...ports, store: own, startChild: (child: ChildRequest) => this.#startChild(child) };
    const execution = new Execution(runPorts, claim, definition, instance);
    this.#execution = execution;
    const { lease, journal, dueAt, lostAt } = claim;
    const { id, workflow, version, createdAt, parent } = claim.run;
    const told = { epoch: lease.epoch, replayed: journal.length, version, createdAt, parent, dueAt, lostAt };
    ports.telemetry.emit('run.claimed', { id, workflow }, told);
    void execution.settled.then(() => {
      if (this.#execution === execution) this.#execution = undefined;
      this.#queue.wake();
    });
    execution.begin();
    await Promise.race([execution.settled, this.#firstWrite()]);
  }

  /** What the run has to write can never be sent, and executing it once more would not change that: it ends here. */
  #giveUp(refusal: DurableFlowError): Promise<never> {
    const { errors, clock } = this.#host.ports;
    void this.#write({ verb: 'finish', ending: { status: 'failed', outcome: errors.encode(refusal), at: clock.now() } }).catch(() => {});
    return Promise.reject(refusal);
  }

  /** The claim is in the queue: let the first write of the execution share its commit, if it comes soon. */
  async #firstWrite(): Promise<void> {
    await Promise.race([delay(claimLinger), this.#queue.more()]);
    await immediate();
  }

  async #intend(intent: EffectIntent): Promise<IntentAnswer> {
    const answer = await this.#queue.ask({ kind: 'intend', intent });
    return (answer as Extract<AskAnswer, { kind: 'intend' }>).answer;
  }

  async #startChild(request: ChildRequest): Promise<RunRecord> {
    const { ports, registry } = this.#host;
    const { workflow, version, input, ...rest } = request;
    const starter = new RunStarter(ports, noExecutor);
    const run = starter.prepare(registry.named(workflow, version), { ...rest, ...encodeInput(input, workflow, ports.payloads) });
    const answer = (await this.#queue.ask({ kind: 'child', run })) as Extract<AskAnswer, { kind: 'child' }>;
    const { origin } = answer;
    if (origin.inputDigest !== run.inputDigest)
      throw new DurableFlowError('DF_INPUT_MISMATCH', `run "${run.id}" was started with another input`, { details: { runId: run.id } });
    const known = this.#live!.store.run(run.id);
    return known ?? unknownChild(run, origin.parent);
  }
}

const noExecutor = () => {
  throw new Error('runs are started by the server');
};

/** A run that somebody else has started, and that has not ended. */
function unknownChild(run: NewRun, parent: string | undefined): RunRecord {
  return {
    ...run, parent, status: 'pending', createdAt: run.at, updatedAt: run.at, outcome: undefined, wakeAt: undefined, epoch: 0,
    cancelReason: undefined, deadlineAt: run.deadlineAt, queue: undefined, priority: run.priority ?? 0,
  }; // prettier-ignore
}

/** The run rests: it has ended, or waits. */
function rest({ status, outcome, updatedAt, wakeAt }: RunRecord): Pick<Batch, 'park' | 'end'> {
  if (status === 'waiting' || status === 'in_doubt') return { park: { wakeAt } };
  if (status === 'diverged') return { park: { wakeAt: undefined } };
  return isEnded(status) ? { end: { status, outcome: outcome!, at: updatedAt } } : {};
}

function entriesOf(ask: Ask, answer: AskAnswer): LogEntry[] {
  // That another run is at it changes nothing here, and may be said often.
  if (ask.kind === 'intend' && answer.kind === 'intend')
    return answer.answer.kind === 'busy' ? [] : [{ verb: 'intend', intent: ask.intent, answer: answer.answer }];
  if (ask.kind !== 'child' || answer.kind !== 'child') return [];
  const { run } = ask;
  const { inputDigest, parent, ended } = answer.origin;
  const isOwn = parent === run.parent?.runId || ended !== undefined || run.parent?.detached === true;
  if (inputDigest !== run.inputDigest || !isOwn) return [];
  return [{ verb: 'child', run }, ...(ended ? [{ verb: 'childEnded' as const, id: run.id, ...ended }] : [])];
}
