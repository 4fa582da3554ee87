import { DurableFlowError } from '../../sdk/errors/index.js';
import type { Store } from '../../sdk/store/index.js';
import type { TelemetryEvent } from '../../sdk/telemetry/index.js';
import type { ArtifactSink } from '../job/artifact-sink.js';
import type { ColonyJob } from '../job/colony-job.js';
import { JobWorker } from '../machine/job-worker.js';
import { machineStore } from '../machine/machine-store.js';
import { storeEngine } from '../machine/store-engine.js';
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
  /** A stage begins. */
  readonly onStage: (method: string) => void;
  readonly onAppend: (runId: string, call: number) => void;
  readonly telemetry: (event: TelemetryEvent) => void;
}

interface Sleep {
  readonly wake: () => void;
  /** Cuts it off, if the machine is lost meanwhile. */
  readonly fail: (() => void) | undefined;
}

interface Sleeper extends Sleep {
  readonly until: Micros;
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
  #frozen: (Sleep & { readonly left: Micros })[] = [];

  constructor(options: SimMachineOptions) {
    this.#options = options;
    const { job, workload, delays, sink, store, listener, onStage } = options;
    const seconds = new Map(workload.stages.map((stage) => [stage.method, micros(stage.seconds)]));
    const preparation = micros(workload.prepareSeconds);
    this.#worker = new JobWorker(job, {
      kit: { sink },
      engine: store && storeEngine(machineStore(store, this.#gate(delays)), options.loop.clock),
      prepare: preparation > 0 ? () => this.#sleep(preparation) : undefined,
      work: (method) => {
        onStage(method);
        return this.#sleep(seconds.get(method) ?? 0);
      },
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
    const asleep = [...this.#sleepers, ...this.#frozen];
    for (const sleeper of this.#sleepers) sleeper.cancel();
    this.#sleepers.clear();
    this.#frozen = [];
    for (const { fail } of asleep) fail?.();
    this.#options.loop.rest(this);
    // What is left of it in this process is cleared away; its writes are refused.
    void this.#worker.close().catch(() => {});
  }

  pause(): void {
    if (this.#state !== 'alive') return;
    this.#state = 'paused';
    const now = this.#options.loop.now();
    for (const { until, wake, fail, cancel } of this.#sleepers) {
      cancel();
      this.#frozen.push({ left: until - now, wake, fail });
    }
    this.#sleepers.clear();
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'alive';
    const frozen = this.#frozen;
    this.#frozen = [];
    for (const { left, ...sleep } of frozen) this.#sleepFor(left, sleep);
  }

  #gate(delays: Delays) {
    const { onAppend, listener } = this.#options;
    const assigned = () => this.#assigned;
    return {
      get assigned() {
        return assigned();
      },
      beforeAppend: delays.checkpoint > 0 ? () => this.#wait(delays.checkpoint) : undefined,
      afterAppend: (runId: string, call: number) => {
        onAppend(runId, call);
        this.#tell(() => listener.recorded());
      },
      beforeClaim: delays.restore > 0 ? () => this.#wait(delays.restore) : undefined,
      onJoin: (ownerId: string) => (this.#owner = ownerId),
      assertAlive: () => {
        if (this.isGone) throw gone;
      },
    };
  }

  /** What executes on a machine that is lost stops where it stands: it neither ends nor fails. */
  #sleep(span: Micros): Promise<void> {
    return new Promise((wake) => this.#begin(span, { wake, fail: undefined }));
  }

  /** The engine's own dealings with the store fail, so that it lets go of what it holds in this process. */
  #wait(span: Micros): Promise<void> {
    return new Promise((wake, reject) => this.#begin(span, { wake, fail: () => reject(gone) }));
  }

  #begin(span: Micros, sleep: Sleep): void {
    if (this.isGone) return sleep.fail?.();
    if (this.isPaused) this.#frozen.push({ left: span, ...sleep });
    else this.#sleepFor(span, sleep);
    this.#options.loop.rest(this);
  }

  #sleepFor(span: Micros, sleep: Sleep): void {
    const { loop } = this.#options;
    const sleeper: Sleeper = { until: loop.now() + span, ...sleep, cancel: () => {} };
    this.#sleepers.add(sleeper);
    sleeper.cancel = loop.after(span, () => {
      this.#sleepers.delete(sleeper);
      loop.wake(this);
      sleep.wake();
    });
  }

  #tell(event: () => void): void {
    if (!this.isGone) event();
  }
}
