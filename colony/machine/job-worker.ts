import { DurableFlow } from '../../sdk/durable-flow.js';
import { DurableFlowError } from '../../sdk/errors/index.js';
import { digest, encode } from '../../sdk/journal/index.js';
import type { Clock } from '../../sdk/runtime/index.js';
import { isEnded, type Store } from '../../sdk/store/index.js';
import type { TelemetryEvent } from '../../sdk/telemetry/index.js';
import type { RunView } from '../../sdk/flow/run-view.js';
import type { ColonyJob, MachineKit } from '../job/colony-job.js';
import { placeOn, stagedClass, type StageHost } from '../job/staged-class.js';
import type { Assignment, AttemptEnd, Phase } from '../runner/fleet.js';

/** A machine from the inside: what its worker needs of it. */
export interface WorkerHost {
  readonly kit: MachineKit;
  /** Where runs are kept; undefined on machines that work without the engine. */
  readonly store: Store | undefined;
  readonly clock?: Clock | undefined;
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

/** Leases end by the word of the runner, which buries a lost machine; so none may end by itself before. */
const leaseDuration = '7d';

/** What a machine does with the jobs that it is given, one after the other: the same in the simulator and in a process. */
export class JobWorker implements StageHost {
  readonly #job: ColonyJob;
  readonly #host: WorkerHost;
  readonly #staged: ReturnType<typeof stagedClass>;
  #flow: Promise<DurableFlow> | undefined;
  #openStages = 0;
  #onFenced: (() => void) | undefined;

  constructor(job: ColonyJob, host: WorkerHost) {
    this.#job = job;
    this.#host = host;
    this.#staged = stagedClass(job.class);
  }

  assign(assignment: Assignment): void {
    this.#openStages = 0;
    const attempt = this.#host.store ? this.#resumeOrStart(this.#host.store, assignment) : this.#runPlainly(assignment);
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
    const flow = await this.#flow;
    await flow?.close({ grace: 0 });
  }

  async #runPlainly({ job, index }: Assignment): Promise<AttemptEnd> {
    const instance = await this.#make();
    return { kind: 'done', digest: digestOf(await instance.run(this.#job.input(job, index))) };
  }

  async #resumeOrStart(store: Store, { job, index }: Assignment): Promise<AttemptEnd> {
    const flow = await (this.#flow ??= this.#open(store));
    const fenced = new Promise<AttemptEnd>((resolve) => (this.#onFenced = () => resolve({ kind: 'fenced' })));
    return Promise.race([this.#settle(flow, store, job, index), fenced]);
  }

  async #settle(flow: DurableFlow, store: Store, job: string, index: number): Promise<AttemptEnd> {
    const run = store.run(job);
    const handle =
      run === undefined
        ? await flow.start(this.#staged, this.#job.input(job, index), { id: job })
        : isEnded(run.status)
          ? flow.run(job)
          : await flow.resume(job);
    return endOf(await handle.settled());
  }

  async #open(store: Store): Promise<DurableFlow> {
    const flow = await DurableFlow.open(store, {
      guard: 'off',
      leaseDuration,
      maxConcurrentRuns: 1,
      ...(this.#host.clock && { clock: this.#host.clock }),
      telemetry: (event) => {
        if (event.event === 'run.fenced') this.#onFenced?.();
        if (event.event === 'effect.settled' && event.happened) this.#host.adopted();
        this.#host.telemetry?.(event);
      },
    });
    return flow.register(this.#staged, async () => {
      const instance = await this.#make();
      if (this.#host.prepare) this.#host.enters('restore');
      return instance;
    });
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
  error instanceof DurableFlowError && (error.code.startsWith('DF_STORE_') || error.code === 'DF_RUN_BUSY');

const digestOf = (output: unknown) => digest(encode(output, 'what a job returned'));

function endOf({ status, output, error }: RunView): AttemptEnd {
  if (status === 'completed') return { kind: 'done', digest: digestOf(output) };
  if (isEnded(status)) return { kind: 'failed', message: error instanceof Error ? error.message : status };
  return { kind: 'stuck', message: `the run is ${status}: a person has to decide` };
}
