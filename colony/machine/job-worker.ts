import { DurableFlowError } from '../../sdk/errors/index.js';
import { digest, encode } from '../../sdk/journal/index.js';
import { isEnded } from '../../sdk/store/index.js';
import type { TelemetryEvent } from '../../sdk/telemetry/index.js';
import type { RunView } from '../../sdk/flow/run-view.js';
import type { ColonyJob, MachineKit } from '../job/colony-job.js';
import { placeOn, stagedClass, type StageHost } from '../job/staged-class.js';
import type { Assignment, AttemptEnd, Phase } from '../runner/fleet.js';
import type { JobEngine, JobEngineFactory } from './job-engine.js';

/** A machine from the inside: what its worker needs of it. */
export interface WorkerHost {
  readonly kit: MachineKit;
  /** What executes jobs durably; undefined on machines that work without the engine. */
  readonly engine: JobEngineFactory | undefined;
  /** Takes as long as the node-local part of a job does; undefined if there is none. */
  readonly prepare: (() => Promise<void>) | undefined;
  /** Takes as long as a stage does. */
  work(method: string): Promise<void>;
  /** A stage has had its effect, and its outcome is not on record. */
  worked?(): Promise<void>;
  enters(phase: Phase): void;
  adopted(): void;
  ended(end: AttemptEnd): void;
  /** The file cannot be used from this machine, or somebody else still has the job: no fault of the job, which has to go on elsewhere. */
  stranded?(message: string): void;
  /** What the engine says. */
  readonly telemetry?: (event: TelemetryEvent) => void;
}

/** What a machine does with the jobs that it is given, one after the other: the same in the simulator and in a process. */
export class JobWorker implements StageHost {
  readonly #job: ColonyJob;
  readonly #host: WorkerHost;
  readonly #staged: ReturnType<typeof stagedClass>;
  #engine: JobEngine | undefined;
  #openStages = 0;
  #onFenced: (() => void) | undefined;

  constructor(job: ColonyJob, host: WorkerHost) {
    this.#job = job;
    this.#host = host;
    this.#staged = stagedClass(job.class);
  }

  assign(assignment: Assignment): void {
    this.#openStages = 0;
    const attempt = this.#host.engine ? this.#runDurably(this.#host.engine, assignment) : this.#runPlainly(assignment);
    attempt.then(
      (end) => this.#host.ended(end),
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        if (isStoreFailure(error) && this.#host.stranded) this.#host.stranded(message);
        else this.#host.ended({ kind: 'failed', message });
      },
    );
  }

  async stage(method: string, body: () => unknown): Promise<unknown> {
    if (this.#openStages++ === 0) this.#host.enters('work');
    try {
      await this.#host.work(method);
      const made = await body();
      await this.#host.worked?.();
      return made;
    } finally {
      if (--this.#openStages === 0) this.#host.enters('checkpoint');
    }
  }

  /** Gives everything back; what is under way is cut off. */
  async close(): Promise<void> {
    await this.#engine?.close();
  }

  async #runPlainly({ job, index }: Assignment): Promise<AttemptEnd> {
    const instance = await this.#make();
    return { kind: 'done', digest: digestOf(await instance.run(this.#job.input(job, index))) };
  }

  async #runDurably(make: JobEngineFactory, { job, index }: Assignment): Promise<AttemptEnd> {
    this.#engine ??= make({
      staged: this.#staged,
      make: async () => {
        const instance = await this.#make();
        if (this.#host.prepare) this.#host.enters('restore');
        return instance;
      },
      telemetry: (event) => {
        if (event.event === 'run.fenced') this.#onFenced?.();
        if (event.event === 'effect.settled' && event.happened) this.#host.adopted();
        this.#host.telemetry?.(event);
      },
    });
    const fenced = new Promise<AttemptEnd>((resolve) => (this.#onFenced = () => resolve({ kind: 'fenced' })));
    return Promise.race([this.#engine.settle(job, this.#job.input(job, index)).then(endOf), fenced]);
  }

  async #make(): Promise<{ run(input: unknown): Promise<unknown> }> {
    if (this.#host.prepare) {
      this.#host.enters('prepare');
      await this.#host.prepare();
    }
    const instance = await this.#job.make(this.#host.kit);
    return placeOn(instance as { run(input: unknown): Promise<unknown> }, this.#staged, this);
  }
}

const isStoreFailure = (error: unknown) =>
  error instanceof DurableFlowError && (/^DF_(?:STORE|RESTATE)_/.test(error.code) || error.code === 'DF_RUN_BUSY');

const digestOf = (output: unknown) => digest(encode(output, 'what a job returned'));

function endOf({ status, output, error }: RunView): AttemptEnd {
  if (status === 'completed') return { kind: 'done', digest: digestOf(output) };
  if (isEnded(status)) return { kind: 'failed', message: error instanceof Error ? error.message : status };
  return { kind: 'stuck', message: `the run is ${status}: a person has to decide` };
}
