import { DurableFlowError } from '../../sdk/errors/index.js';
import type { Store } from '../../sdk/store/index.js';
import type { TelemetryEvent } from '../../sdk/telemetry/index.js';
import type { ArtifactSink } from '../job/artifact-sink.js';
import type { ColonyJob } from '../job/colony-job.js';
import { JobWorker } from '../machine/job-worker.js';
import { machineStore } from '../machine/machine-store.js';
import type { Delays } from '../protocol.js';
import type { Assignment, Machine, MachineListener } from '../runner/fleet.js';
import { micros, type Micros } from '../time.js';
import type { Workload } from '../workload.js';
import type { EventLoop } from './event-loop.js';

export interface SimMachineOptions {
  readonly loop: EventLoop;
  readonly job: ColonyJob;
  readonly workload: Workload;
  readonly delays: Delays;
  readonly sink: ArtifactSink;
  /** Undefined for machines that work without the engine. */
  readonly store: Store | undefined;
  readonly listener: MachineListener;
  readonly onAppend: (runId: string, call: number) => void;
  readonly telemetry: (event: TelemetryEvent) => void;
}

interface Sleeper {
  readonly until: Micros;
  readonly wake: () => void;
  cancel: () => void;
}

/** The engine's own word for a process that may not write any more: it drops what it was doing. */
const gone = new DurableFlowError('DF_FENCED', 'the machine is gone');

/** A machine whose time is simulated; what it executes, the job's class and the engine, is the real thing. */
export class SimMachine implements Machine {
  readonly #options: SimMachineOptions;
  readonly #worker: JobWorker;
  readonly #sleepers = new Set<Sleeper>();
  #assigned: string | undefined;
  #owner: string | undefined;
  #state: 'alive' | 'paused' | 'gone' = 'alive';
  /** While it is paused: what the sleepers still have to sleep. */
  #frozen: { readonly left: Micros; readonly wake: () => void }[] = [];

  constructor(options: SimMachineOptions) {
    this.#options = options;
    const { job, workload, delays, sink, store, listener } = options;
    const seconds = new Map(workload.stages.map((stage) => [stage.method, micros(stage.seconds)]));
    const preparation = micros(workload.prepareSeconds);
    this.#worker = new JobWorker(job, {
      kit: { sink },
      store: store && machineStore(store, this.#gate(delays)),
      clock: options.loop.clock,
      prepare: preparation > 0 ? () => this.#sleep(preparation) : undefined,
      work: (method) => this.#sleep(seconds.get(method) ?? 0),
      enters: (phase) => this.#tell(() => listener.enters(phase)),
      adopted: () => this.#tell(() => listener.adopted()),
      ended: (end) => {
        this.#tell(() => listener.ended(end));
        this.#options.loop.rest(this);
      },
      telemetry: options.telemetry,
    });
  }

  /** Under which name it holds leases; undefined before it has any. */
  get owner(): string | undefined {
    return this.#owner;
  }

  get isGone(): boolean {
    return this.#state === 'gone';
  }

  get isPaused(): boolean {
    return this.#state === 'paused';
  }

  assign(assignment: Assignment): void {
    this.#assigned = assignment.job;
    this.#options.loop.wake(this);
    this.#worker.assign(assignment);
  }

  release(): void {
    this.die();
  }

  /** From now on nothing of it reaches anybody. */
  die(): void {
    if (this.isGone) return;
    this.#state = 'gone';
    for (const sleeper of this.#sleepers) sleeper.cancel();
    this.#sleepers.clear();
    this.#frozen = [];
    this.#options.loop.rest(this);
    // What is left of it in this process is cleared away; its writes are refused.
    void this.#worker.close().catch(() => {});
  }

  pause(): void {
    if (this.#state !== 'alive') return;
    this.#state = 'paused';
    const now = this.#options.loop.now();
    for (const { until, wake, cancel } of this.#sleepers) {
      cancel();
      this.#frozen.push({ left: until - now, wake });
    }
    this.#sleepers.clear();
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'alive';
    const frozen = this.#frozen;
    this.#frozen = [];
    for (const { left, wake } of frozen) this.#sleepUntil(left, wake);
  }

  #gate(delays: Delays) {
    const { onAppend, listener } = this.#options;
    const assigned = () => this.#assigned;
    return {
      get assigned() {
        return assigned();
      },
      beforeAppend: delays.checkpoint > 0 ? () => this.#sleep(delays.checkpoint) : undefined,
      afterAppend: (runId: string, call: number) => {
        onAppend(runId, call);
        this.#tell(() => listener.recorded());
      },
      beforeClaim: delays.restore > 0 ? () => this.#sleep(delays.restore) : undefined,
      onJoin: (ownerId: string) => (this.#owner = ownerId),
      assertAlive: () => {
        if (this.isGone) throw gone;
      },
    };
  }

  #sleep(span: Micros): Promise<void> {
    return new Promise((resolve) => {
      if (this.isGone) return;
      if (this.isPaused) this.#frozen.push({ left: span, wake: resolve });
      else this.#sleepUntil(span, resolve);
      this.#options.loop.rest(this);
    });
  }

  #sleepUntil(span: Micros, resolve: () => void): void {
    const { loop } = this.#options;
    const sleeper: Sleeper = { until: loop.now() + span, wake: resolve, cancel: () => {} };
    this.#sleepers.add(sleeper);
    sleeper.cancel = loop.after(span, () => {
      this.#sleepers.delete(sleeper);
      loop.wake(this);
      resolve();
    });
  }

  #tell(event: () => void): void {
    if (!this.isGone) event();
  }
}
