import { DurableFlowError } from '../errors/index.js';
import type { Claim, Owner } from '../store/index.js';
import type { EnginePorts } from './call-host.js';
import { Execution, type WorkflowInstance } from './execution.js';
import { isDead } from './process-identity.js';
import type { Executor } from './run-starter.js';
import type { Settlement } from './run-writer.js';
import type { Schedules } from './schedules.js';
import type { Registration, WorkflowRegistry } from './workflow-registry.js';

/** How a process takes part in executing runs; times in milliseconds. */
export interface DispatcherOptions {
  readonly leaseDuration: number;
  readonly pollInterval: number;
  readonly maxConcurrentRuns: number;
  /** Ended runs are deleted this long after their end. */
  readonly retention: number | undefined;
}

/** How often to look whether the other processes of this host are alive, in milliseconds. */
const rollCall = 1000;

/** Runs deleted with one heartbeat, so that others are not kept waiting. */
const pruneBatch = 500;

/** What the host of the dispatcher is told. */
export interface DispatcherListener {
  readonly onSettled: (runId: string, settlement: Settlement) => void;
  /** Told now and then; `changed` if another process has written something since. */
  readonly onLook: (changed: boolean) => void;
  /** The store is damaged in what says which runs can go on. */
  readonly onDamage: (error: unknown) => void;
}

/** Claims the runs that this process may execute, keeps their leases alive, and notices what other processes write. */
export class Dispatcher implements Executor {
  readonly #ports: EnginePorts;
  readonly #owner: Omit<Owner, 'expiresAt'>;
  readonly #options: DispatcherOptions;
  readonly #registry: WorkflowRegistry;
  readonly #schedules: Schedules;
  readonly #listener: DispatcherListener;
  readonly #executions = new Map<string, Execution>();
  /** Runs that are leased to this process and wait for their factory. */
  readonly #preparing = new Set<string>();
  /** Places kept for new runs whose start is being written. */
  #reserved = 0;
  /** Runs whose last commit failed; they are given back as soon as the store takes it. */
  readonly #stalled = new Map<string, Execution>();
  #poll: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #roll: NodeJS.Timeout | undefined;
  #cancelWake: (() => void) | undefined;
  #wakeAt = Infinity;
  #scanning: Promise<number> | undefined;
  #scanAgain = false;
  #backlog = false;
  #toldUnregistered = false;
  /** Settles when this process is known, and the runs of dead ones can be claimed. */
  #joined: Promise<unknown> | undefined;
  #closed = false;

  constructor(
    ports: EnginePorts,
    registry: WorkflowRegistry,
    schedules: Schedules,
    owner: Omit<Owner, 'expiresAt'>,
    options: DispatcherOptions,
    listener: DispatcherListener,
  ) {
    this.#ports = ports;
    this.#registry = registry;
    this.#schedules = schedules;
    this.#owner = owner;
    this.#options = options;
    this.#listener = listener;
  }

  open(): void {
    // The one timer that keeps the process alive: an open flow is at work.
    this.#poll = setInterval(() => this.#look(), this.#options.pollInterval);
    this.#heartbeat = setInterval(() => void this.#beat(), this.#options.leaseDuration / 3);
    this.#roll = setInterval(() => void this.#takeOver(), rollCall);
    this.#roll.unref();
  }

  /** Enters this process as one that executes runs. One that only looks and decides writes nothing of its own. */
  join(): void {
    if (this.#joined) return;
    // Writes are committed in order, so nothing is leased to this process before it is known.
    this.#joined = this.#ports.store.join({ ...this.#owner, expiresAt: this.#leaseEnd() }).then(() => this.#buryDead());
    // The store is out of order; the next heartbeat tries again.
    this.#joined.catch(() => (this.#joined = undefined));
  }

  /** Stops claiming, lets bodies that are under way finish for `graceMs`, and gives all runs back. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    clearInterval(this.#poll);
    clearInterval(this.#roll);
    this.#cancelWake?.();
    await this.#scanning?.catch(() => {});
    await Promise.all([...this.#executions.values()].map((execution) => execution.release(graceMs)));
    clearInterval(this.#heartbeat);
    if (this.#joined) await this.#ports.store.leave(this.#owner.id, true).catch(() => {});
  }

  /** The owner to lease a new run to: this process, if it has room for it. The place is kept until `freeReserved`. */
  reserveOwner(): string | undefined {
    if (this.#closed || this.#room() <= 0) return undefined;
    this.#reserved++;
    return this.#owner.id;
  }

  freeReserved(): void {
    this.#reserved--;
  }

  #room(): number {
    return this.#options.maxConcurrentRuns - this.#executions.size - this.#preparing.size - this.#reserved;
  }

  execution(runId: string): Execution | undefined {
    return this.#executions.get(runId);
  }

  /** Whether this process executes the run, or is about to. */
  holds(runId: string): boolean {
    return this.#executions.has(runId) || this.#preparing.has(runId);
  }

  /** Why a run that this process has tried to execute stands still, if it does. */
  async stallOf(runId: string): Promise<unknown> {
    const settlement = await this.#stalled.get(runId)?.settled;
    return settlement?.kind === 'stalled' ? settlement.error : undefined;
  }

  /** Claims one run, if it can go on. */
  async claim(runId: string): Promise<boolean> {
    const claim = await this.#ports.store.claim(runId, this.#owner.id, this.#ports.clock.now());
    if (claim) this.execute(claim);
    return claim !== undefined;
  }

  /** Executes a run that is leased to this process. */
  execute(claim: Claim): void {
    const { id, workflow, version } = claim.run;
    const registration = this.#registry.named(workflow, version);
    const begin = (instance: WorkflowInstance) => {
      this.#preparing.delete(id);
      // Closing gives back what has not begun.
      if (this.#closed) return;
      const execution = new Execution(this.#ports, claim, registration.definition, instance);
      this.#executions.set(id, execution);
      this.#tellClaimed(claim);
      void execution.settled.then((settlement) => this.#settled(id, execution, settlement));
      execution.begin();
    };
    try {
      this.#preparing.add(id);
      const made = registration.factory();
      if (!(made instanceof Promise)) return begin(made);
      made
        .then(begin, (error: unknown) => this.#factoryFailed(registration, claim, error))
        // The run may have been asked to stop while it had no execution yet.
        .then(() => this.#passOnCancelRequests())
        .catch(() => {});
    } catch (error) {
      this.#factoryFailed(registration, claim, error);
    }
  }

  #tellClaimed({ lease, run, journal, dueAt, lostAt }: Claim): void {
    const { id, workflow, version, createdAt, parent } = run;
    const fields = { epoch: lease.epoch, replayed: journal.length, version, createdAt, parent, dueAt, lostAt };
    this.#ports.telemetry.emit('run.claimed', { id, workflow }, fields);
  }

  scanSoon(): void {
    void this.scan().catch((error: unknown) => {
      // The store is out of order; the next poll or heartbeat tries again. A damaged one does not heal, and nobody is to wait for it.
      if (isDamage(error)) this.#listener.onDamage(error);
    });
  }

  scanAt(at: number): void {
    // One that has no classes looks for nothing.
    if (this.#joined) this.#scheduleWake(at);
  }

  /** Claims what can be claimed; returns how many runs that were. */
  scan(): Promise<number> {
    if (this.#scanning) this.#scanAgain = true;
    this.#scanning ??= this.#scan().finally(() => {
      this.#scanning = undefined;
      if (this.#scanAgain) {
        this.#scanAgain = false;
        this.scanSoon();
      }
    });
    return this.#scanning;
  }

  /** Makes the runs of dead processes of this host claimable at once; returns how many runs they are. */
  async #buryDead(): Promise<number> {
    const { store, telemetry } = this.#ports;
    let runs = 0;
    for (const owner of store.owners()) {
      if (owner.id === this.#owner.id || !isDead(owner)) continue;
      const left = await store.leave(owner.id);
      telemetry.emit('owner.dead', undefined, { owner: owner.id, pid: owner.pid, runs: left });
      runs += left;
    }
    return runs;
  }

  async recover(): Promise<number> {
    await this.#giveBackStalled();
    await this.#buryDead();
    return this.scan();
  }

  async #scan(): Promise<number> {
    await Promise.resolve();
    if (this.#closed || !this.#joined) return 0;
    await this.#joined;
    const { store, clock } = this.#ports;
    await this.#schedules.fireDue();
    const definitions = this.#registry.available();
    const room = this.#room();
    // One moment for both questions: what comes due in between must not fall between them.
    const now = clock.now();
    const found = definitions.length > 0 && room > 0 ? store.claimable(definitions, now, room) : [];
    // After a long pause even the runs of this very process look abandoned.
    const ids = found.filter((id) => !this.holds(id));
    this.#backlog = found.length >= room;
    this.#tellUnregistered();
    const claims = await Promise.all(ids.map((id) => this.claim(id)));
    this.#scheduleWake(store.nextWake(now));
    this.#scheduleWake(this.#schedules.nextAt());
    return claims.filter(Boolean).length;
  }

  #scheduleWake(wakeAt: number | undefined): void {
    // A timer that is overdue is about to fire, and what it starts looks for the next moment.
    if (wakeAt === undefined || wakeAt >= this.#wakeAt || this.#closed) return;
    this.#cancelWake?.();
    this.#wakeAt = wakeAt;
    this.#cancelWake = this.#ports.clock.after(wakeAt - this.#ports.clock.now(), () => {
      this.#wakeAt = Infinity;
      this.scanSoon();
    });
  }

  #settled(runId: string, execution: Execution, settlement: Settlement): void {
    if (this.#executions.get(runId) === execution) this.#executions.delete(runId);
    if (settlement.kind === 'stalled' && !isFenced(settlement.error)) this.#stalled.set(runId, execution);
    if (settlement.kind === 'parked' && settlement.ready) this.scanSoon();
    if (settlement.kind === 'parked') this.#scheduleWake(settlement.wakeAt);
    if (this.#backlog || this.#registry.hasQueues()) this.scanSoon();
    this.#listener.onSettled(runId, settlement);
  }

  #factoryFailed(registration: Registration, claim: Claim, cause: unknown): void {
    registration.available = false;
    const { id, workflow } = claim.run;
    this.#preparing.delete(id);
    const error = new DurableFlowError('DF_FACTORY_FAILED', `the factory of workflow "${workflow}" threw: ${String(cause)}`, { cause });
    this.#ports.telemetry.emit('workflow.unavailable', { id, workflow }, { message: String(cause) });
    void this.#ports.store.release(claim.lease, this.#ports.clock.now()).then(
      () => this.#listener.onSettled(id, { kind: 'stalled', error }),
      (failure: unknown) => this.#listener.onSettled(id, { kind: 'stalled', error: failure }),
    );
  }

  /** Cheap enough to do often: has another process written anything? */
  #look(): void {
    try {
      const changed = this.#ports.store.changed();
      this.#listener.onLook(changed);
      if (!changed) return;
      this.#passOnCancelRequests();
      for (const execution of this.#executions.values()) execution.wake();
      this.scanSoon();
    } catch {
      // The store is out of order; the runs that need it report it.
    }
  }

  #passOnCancelRequests(): void {
    if (this.#closed) return;
    for (const { runId, reason } of this.#ports.store.cancelRequests(this.#owner.id)) this.#executions.get(runId)?.cancel(reason);
  }

  async #beat(): Promise<void> {
    if (!this.#registry.isEmpty()) this.join();
    if (!this.#joined) return;
    try {
      await this.#joined;
      await this.#ports.store.heartbeat(this.#owner.id, this.#leaseEnd());
      if (this.#closed) return;
      await this.#giveBackStalled();
      await this.scan();
      await this.#prune();
    } catch {
      // The store is out of order; the next heartbeat tries again.
    }
  }

  /** What a process of this host was executing when it died goes on here, without waiting for its leases to end. */
  async #takeOver(): Promise<void> {
    if (!this.#joined) return;
    // The store may be out of order; the next roll call tries again.
    const runs = await this.#buryDead().catch(() => 0);
    if (runs > 0) this.scanSoon();
  }

  async #giveBackStalled(): Promise<void> {
    for (const [runId, execution] of [...this.#stalled]) {
      this.#stalled.delete(runId);
      await this.#ports.store.release(execution.writer.lease, this.#ports.clock.now()).catch((error: unknown) => {
        if (!isFenced(error)) this.#stalled.set(runId, execution);
      });
    }
  }

  /** Once, when this process begins to look for work. To find out takes a look at every run, so only if somebody listens. */
  #tellUnregistered(): void {
    if (this.#toldUnregistered || !this.#ports.telemetry.isOn) return;
    this.#toldUnregistered = true;
    for (const { workflow, version, runs } of this.#ports.store.versions()) {
      if (!this.#registry.find(workflow, version))
        this.#ports.telemetry.emit('version.unregistered', undefined, { name: workflow, version, runs });
    }
  }

  async #prune(): Promise<void> {
    const { retention } = this.#options;
    if (retention === undefined) return;
    const runs = await this.#ports.store.prune({ before: this.#ports.clock.now() - retention, limit: pruneBatch });
    if (runs > 0) this.#ports.telemetry.emit('runs.pruned', undefined, { runs });
  }

  #leaseEnd(): number {
    return this.#ports.clock.now() + this.#options.leaseDuration;
  }
}

/** Of the file itself; a value that cannot be read is a matter of its run. */
const isDamage = (error: unknown) =>
  error instanceof DurableFlowError && error.code === 'DF_STORE_CORRUPT' && error.details['sqlite'] !== undefined;

const isFenced = (error: unknown) => error instanceof DurableFlowError && error.code === 'DF_FENCED';
