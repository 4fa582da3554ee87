import { renameSync, writeFileSync } from 'node:fs';
import { armOf } from '../arm.js';
import { checkInvariants } from '../invariants/check-invariants.js';
import type { ArmRun } from '../measures/arm-run.js';
import { Runner } from '../runner/runner.js';
import { micros, type Micros } from '../time.js';
import { BatchClock } from './batch-clock.js';
import { batchFiles, readSpec, type BatchSpec } from './batch-spec.js';
import { ControllerLog, type LogEntry } from './controller-log.js';
import { FileSink } from './file-sink.js';
import { FileWriters } from './file-writers.js';
import { FrontWriters } from './front-writers.js';
import { monotonicMicros } from './monotonic-micros.js';
import { pointOf, RealFleet, type Strikes } from './real-fleet.js';
import type { Writers } from './writers.js';

/** What a batch on real processes came to. */
export interface BatchOutcome {
  readonly run: ArmRun;
  readonly strikes: Strikes;
  /** How many controllers it took. */
  readonly controllers: number;
}

/** How far a batch is. */
export interface BatchProgress {
  readonly at: Micros;
  readonly jobs: Readonly<Record<'waiting' | 'running' | 'recovering' | 'done' | 'given_up', number>>;
  readonly committedUsd: number;
  readonly budgetUsd: number;
  readonly landed: number;
}

/** A machine that was told where to die may take so much longer than the longest stage. */
const patience: Micros = micros(0.25);

/** One batch on real processes, from its beginning or from where an earlier controller has left it. */
export class RealBatch {
  readonly #folder: string;
  readonly #spec: BatchSpec;
  readonly #log: ControllerLog;
  readonly #clock: BatchClock;
  #writers: Writers | undefined;
  readonly #fleet: RealFleet;
  readonly #runner: Runner;
  readonly #planned: NodeJS.Timeout[] = [];
  readonly #settled: Promise<void>;
  #settle!: { readonly resolve: () => void; readonly reject: (error: Error) => void };
  readonly #earlier: readonly LogEntry[];
  #controllers = 1;

  constructor(folder: string, onProgress?: (progress: BatchProgress) => void) {
    this.#folder = folder;
    this.#spec = readSpec(folder);
    const { arm: armId, protocol, picture } = this.#spec;
    const arm = armOf(armId);
    const files = batchFiles(folder);
    const { log, entries } = ControllerLog.open(files.log);
    this.#log = log;
    this.#earlier = entries;
    const [begun] = entries;
    const origin = begun?.is === 'begun' ? begun.origin : monotonicMicros();
    if (!begun) log.append({ is: 'begun', origin });
    this.#clock = new BatchClock(origin, (timer, at) => log.append({ is: 'fired', at, timer }));
    this.#settled = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // It may be rejected before anybody waits for it.
    this.#settled.catch(() => {});
    this.#fleet = new RealFleet({
      ...{ spec: this.#spec, folder, clock: this.#clock, log, writers: () => this.#writers },
      onBroken: (error) => this.#settle.reject(error),
    });
    this.#runner = new Runner({
      ...{ protocol, arm, fleet: this.#fleet, timer: this.#clock, picture },
      onEnd: () => this.#settle.resolve(),
      onChange: () => onProgress?.(this.progress),
    });
  }

  get progress(): BatchProgress {
    const jobs = { waiting: 0, running: 0, recovering: 0, done: 0, given_up: 0 };
    for (const { state } of this.#runner.jobs) jobs[state]++;
    const { landed } = this.#fleet.strikes;
    return {
      at: this.#clock.now(),
      jobs,
      committedUsd: this.#runner.committedUsd,
      budgetUsd: this.#spec.protocol.budgetUsd,
      landed: landed.destroy + landed.pause + landed.notice,
    };
  }

  /**
   * Goes on to the end of the batch; the outcome is in its folder by then. Whatever comes of it, no machine is left. Rejects with
   * `DF_COLONY_PROCESS` if a machine cannot even be started.
   */
  async run(): Promise<BatchOutcome> {
    try {
      this.#writers = await this.#openWriters();
      if (this.#earlier.length > 0) await this.#takeOver(this.#earlier);
      else await this.#begin();
      this.#planLosses();
      await this.#settled;
      await this.#end();
      return this.#conclude();
    } finally {
      await this.#end();
      this.#log.close();
    }
  }

  /** Ends it before its time. */
  stop(error: Error): void {
    this.#settle.reject(error);
  }

  async #openWriters(): Promise<Writers | undefined> {
    const { arm, server } = this.#spec;
    const { engine, fronts } = batchFiles(this.#folder);
    if (!armOf(arm).durable) return undefined;
    return server ? FrontWriters.open(this.#runner.jobs.map(({ id }) => id), fronts) : new FileWriters(engine); // prettier-ignore
  }

  async #begin(): Promise<void> {
    this.#clock.goLive();
    await this.#fleet.goLive();
    this.#runner.start();
  }

  /** The runner does what it did, as far as it is written down, and goes on from there. */
  async #takeOver(entries: readonly LogEntry[]): Promise<void> {
    this.#clock.pin(0, () => this.#runner.start());
    for (const entry of entries) {
      if (entry.is === 'fired') this.#clock.fire(entry.timer, entry.at);
      else if (entry.is === 'restarted') this.#controllers++;
      else this.#fleet.replay(entry);
    }
    this.#controllers++;
    this.#clock.goLive();
    this.#log.append({ is: 'restarted', at: this.#clock.now() });
    await this.#fleet.goLive();
  }

  #planLosses(): void {
    const { arm, schedule, protocol, namedPoints, diskFull } = this.#spec;
    const now = this.#clock.now();
    const plan = (at: Micros, work: () => void) => this.#planned.push(setTimeout(work, (at - now) / 1000));
    if (diskFull && diskFull.from + diskFull.lasts > now) {
      plan(diskFull.from, () => this.#fleet.setDiskFull(true));
      plan(diskFull.from + diskFull.lasts, () => this.#fleet.setDiskFull(false));
    }
    const { market, durable } = armOf(arm);
    // Machines that are bought on demand are not taken away.
    if (market === 'on_demand') return;
    const longest = Math.max(...protocol.workload.stages.map(({ seconds }) => micros(seconds)));
    let destroyed = 0;
    for (const { at, slot, kind, lasts } of schedule.events) {
      const point = kind === 'destroy' && namedPoints ? pointOf(destroyed++, durable) : undefined;
      // What would have met a machine while nobody was there to have one has met none.
      if (at < now) continue;
      if (kind === 'destroy') plan(at, () => this.#fleet.destroy(slot, point, longest + patience));
      else if (kind === 'pause') plan(at, () => this.#fleet.pause(slot, lasts));
      else plan(at, () => this.#fleet.notice(slot));
    }
  }

  async #end(): Promise<void> {
    for (const timer of this.#planned) clearTimeout(timer);
    this.#clock.stop();
    await this.#fleet.close();
    await this.#writers?.close();
    this.#writers = undefined;
  }

  #conclude(): BatchOutcome {
    const { arm: armId, seed, schedule, protocol, picture } = this.#spec;
    const [runner, fleet, arm] = [this.#runner, this.#fleet, armOf(armId)];
    const effects = new FileSink(batchFiles(this.#folder).sink).count();
    const found = checkInvariants({ arm, protocol, runner, effects, reruns: fleet.reruns, unreleased: fleet.unreleased });
    const run: ArmRun = {
      ...{ arm: armId, seed, scheduleHash: schedule.hash, jobs: runner.results, landed: { ...fleet.strikes.landed } },
      ...{ billed: { ...runner.batch.billed }, leased: runner.batch.leased, costUsd: runner.costUsd, span: runner.span },
      ...{ recoveries: runner.recoveries, effects, interventions: runner.interventions },
      violations: [...runner.violations, ...found],
      ...(picture && { leases: runner.leases }),
    };
    const outcome = { run, strikes: fleet.strikes, controllers: this.#controllers };
    const { outcome: file } = batchFiles(this.#folder);
    writeFileSync(`${file}.part`, JSON.stringify(outcome));
    renameSync(`${file}.part`, file);
    return outcome;
  }
}
