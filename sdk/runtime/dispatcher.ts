import type { WorkflowDefinition } from '../definition/workflow-definition.js';
import { DurableFlowError } from '../errors/index.js';
import type { Claim, Owner } from '../store/index.js';
import type { EnginePorts } from './call-host.js';
import { Execution, type Settlement, type WorkflowInstance } from './execution.js';
import { isDead } from './process-identity.js';

/** How a process takes part in executing runs; times in milliseconds. */
export interface DispatcherOptions {
  readonly leaseDuration: number;
  readonly pollInterval: number;
  readonly maxConcurrentRuns: number;
}

/** Makes the instance that a run is executed on. */
export type WorkflowFactory = () => WorkflowInstance | Promise<WorkflowInstance>;

interface Registration {
  readonly definition: WorkflowDefinition;
  readonly factory: WorkflowFactory;
  available: boolean;
}

/** Claims the runs that this process may execute, keeps their leases alive, and notices what other processes write. */
export class Dispatcher {
  readonly #ports: EnginePorts;
  readonly #owner: Omit<Owner, 'expiresAt'>;
  readonly #options: DispatcherOptions;
  readonly #onSettled: (runId: string, settlement: Settlement) => void;
  readonly #onChange: () => void;
  readonly #registrations = new Map<string, Registration>();
  readonly #executions = new Map<string, Execution>();
  /** Runs whose last commit failed; they are given back as soon as the store takes it. */
  readonly #stalled = new Map<string, Execution>();
  #poll: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #cancelWake: (() => void) | undefined;
  #wakeAt = Infinity;
  #scanning: Promise<number> | undefined;
  #scanAgain = false;
  #backlog = false;
  #closed = false;

  constructor(
    ports: EnginePorts,
    owner: Omit<Owner, 'expiresAt'>,
    options: DispatcherOptions,
    onSettled: (runId: string, settlement: Settlement) => void,
    onChange: () => void,
  ) {
    this.#ports = ports;
    this.#owner = owner;
    this.#options = options;
    this.#onSettled = onSettled;
    this.#onChange = onChange;
  }

  async open(): Promise<void> {
    await this.#ports.store.join({ ...this.#owner, expiresAt: this.#leaseEnd() });
    await this.#buryDead();
    // The one timer that keeps the process alive: an open flow is at work.
    this.#poll = setInterval(() => this.#look(), this.#options.pollInterval);
    this.#heartbeat = setInterval(() => void this.#beat(), this.#options.leaseDuration / 3);
  }

  /** Stops claiming, lets bodies that are under way finish for `graceMs`, and gives all runs back. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    clearInterval(this.#poll);
    this.#cancelWake?.();
    await this.#scanning;
    await Promise.all([...this.#executions.values()].map((execution) => execution.release(graceMs)));
    clearInterval(this.#heartbeat);
    await this.#ports.store.leave(this.#owner.id).catch(() => {});
  }

  register(definition: WorkflowDefinition, factory: WorkflowFactory): void {
    const key = keyOf(definition.name, definition.version);
    const known = this.#registrations.get(key);
    if (known && known.definition.constructor !== definition.constructor) {
      throw new DurableFlowError(
        'DF_DUPLICATE_WORKFLOW',
        `${definition.constructor.name} and ${known.definition.constructor.name} are both workflow "${definition.name}" version "${definition.version}"`,
      );
    }
    this.#registrations.set(key, { definition, factory, available: true });
    this.scanSoon();
  }

  isRegistered(workflow: string, version: string): boolean {
    return this.#registrations.has(keyOf(workflow, version));
  }

  /** The owner to lease a new run to: this process, if it has room for it. */
  ownerForNewRun(): string | undefined {
    return !this.#closed && this.#executions.size < this.#options.maxConcurrentRuns ? this.#owner.id : undefined;
  }

  execution(runId: string): Execution | undefined {
    return this.#executions.get(runId);
  }

  /** Tries a workflow again whose factory failed. */
  makeAvailable(workflow: string, version: string): void {
    const registration = this.#registrations.get(keyOf(workflow, version));
    if (registration) registration.available = true;
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
    const registration = this.#registrations.get(keyOf(workflow, version))!;
    const begin = (instance: WorkflowInstance) => {
      const execution = new Execution(this.#ports, claim, registration.definition, instance);
      this.#executions.set(id, execution);
      this.#ports.telemetry.emit('run.claimed', execution.subject, { epoch: claim.lease.epoch, replayed: claim.journal.length });
      void execution.settled.then((settlement) => this.#settled(id, execution, settlement));
      execution.begin();
    };
    try {
      const made = registration.factory();
      if (made instanceof Promise) made.then(begin, (error: unknown) => this.#factoryFailed(registration, claim, error));
      else begin(made);
    } catch (error) {
      this.#factoryFailed(registration, claim, error);
    }
  }

  scanSoon(): void {
    void this.scan().catch(() => {
      // The store is out of order; the next poll or heartbeat tries again.
    });
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
    await this.#buryDead();
    return this.scan();
  }

  async #scan(): Promise<number> {
    await Promise.resolve();
    if (this.#closed) return 0;
    const { store, clock } = this.#ports;
    const definitions = [...this.#registrations].filter(([, { available }]) => available).map(([key]) => key);
    const room = this.#options.maxConcurrentRuns - this.#executions.size;
    const ids = definitions.length > 0 && room > 0 ? store.claimable(definitions, clock.now(), room) : [];
    this.#backlog = ids.length >= room;
    const claims = await Promise.all(ids.map((id) => this.claim(id)));
    this.#scheduleWake(store.nextWake(clock.now()));
    return claims.filter(Boolean).length;
  }

  #scheduleWake(wakeAt: number | undefined): void {
    const now = this.#ports.clock.now();
    if (this.#wakeAt <= now) this.#wakeAt = Infinity;
    if (wakeAt === undefined || wakeAt >= this.#wakeAt || this.#closed) return;
    this.#cancelWake?.();
    this.#wakeAt = wakeAt;
    this.#cancelWake = this.#ports.clock.after(wakeAt - now, () => {
      this.#wakeAt = Infinity;
      this.scanSoon();
    });
  }

  #settled(runId: string, execution: Execution, settlement: Settlement): void {
    if (this.#executions.get(runId) === execution) this.#executions.delete(runId);
    if (settlement.kind === 'stalled' && !isFenced(settlement.error)) this.#stalled.set(runId, execution);
    if (settlement.kind === 'parked' && settlement.ready) this.scanSoon();
    if (settlement.kind === 'parked') this.#scheduleWake(settlement.wakeAt);
    if (this.#backlog) this.scanSoon();
    this.#onSettled(runId, settlement);
  }

  #factoryFailed(registration: Registration, claim: Claim, cause: unknown): void {
    registration.available = false;
    const { id, workflow } = claim.run;
    const error = new DurableFlowError('DF_FACTORY_FAILED', `the factory of workflow "${workflow}" threw: ${String(cause)}`, { cause });
    this.#ports.telemetry.emit('workflow.unavailable', { id, workflow }, { message: String(cause) });
    void this.#ports.store.release(claim.lease, this.#ports.clock.now()).then(
      () => this.#onSettled(id, { kind: 'stalled', error }),
      (failure: unknown) => this.#onSettled(id, { kind: 'stalled', error: failure }),
    );
  }

  /** Cheap enough to do often: has another process written anything? */
  #look(): void {
    try {
      if (!this.#ports.store.changed()) return;
      for (const { runId, reason } of this.#ports.store.cancelRequests(this.#owner.id)) this.#executions.get(runId)?.cancel(reason);
      for (const execution of this.#executions.values()) execution.wake();
      this.#onChange();
      this.scanSoon();
    } catch {
      // The store is out of order; the runs that need it report it.
    }
  }

  async #beat(): Promise<void> {
    try {
      await this.#ports.store.heartbeat(this.#owner.id, this.#leaseEnd());
      if (this.#closed) return;
      await this.#buryDead();
      for (const [runId, execution] of this.#stalled) {
        this.#stalled.delete(runId);
        await this.#ports.store.release(execution.lease, this.#ports.clock.now()).catch((error: unknown) => {
          if (!isFenced(error)) this.#stalled.set(runId, execution);
        });
      }
      await this.scan();
    } catch {
      // The store is out of order; the next heartbeat tries again.
    }
  }

  #leaseEnd(): number {
    return this.#ports.clock.now() + this.#options.leaseDuration;
  }
}

const keyOf = (name: string, version: string) => `${name}@${version}`;

const isFenced = (error: unknown) => error instanceof DurableFlowError && error.code === 'DF_FENCED';
