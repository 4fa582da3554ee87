import { loadSdk } from '../../sdk/restate/load-sdk.js';
import { SqliteStore } from '../../sdk/sqlite/index.js';
import type { Store } from '../../sdk/store/index.js';
import type { TelemetryEvent } from '../../sdk/telemetry/index.js';
import { armOf } from '../arm.js';
import type { ColonyJob } from '../job/colony-job.js';
import { JobWorker } from '../machine/job-worker.js';
import type { JobEngineFactory } from '../machine/job-engine.js';
import { machineStore } from '../machine/machine-store.js';
import { storeEngine } from '../machine/store-engine.js';
import type { Assignment } from '../runner/fleet.js';
import { micros, type Micros } from '../time.js';
import { batchFiles, readSpec, type BatchSpec } from './batch-spec.js';
import { FileSink } from './file-sink.js';
import { beat } from './heartbeat.js';
import type { ControllerMessage, KillPoint, MachineWord } from './machine-messages.js';
import { monotonicMicros } from './monotonic-micros.js';
import { restateJobEngine } from './restate-job-engine.js';

/** Work is done in slices, in milliseconds; of a slice that took much longer, the machine stood still for the rest. */
const slice = 10;
const longestSlice: Micros = 100_000;

/** How often a machine says that it lives while its controller waits for the least that it takes for silence. */
const beatsPerSilence = 4;

/**
 * The whole life of a machine's process: it says that it is ready, does what it is given, one job after the other, and ends with its
 * controller. Its first argument is the folder of the batch.
 */
export function runMachine(job: ColonyJob, wrapStore: (store: Store) => Store = (store) => store): void {
  const machine = new RealMachine(readSpec(process.argv[2]!), process.argv[2]!, job, wrapStore);
  // With all that it has started: nobody is left to tell it anything.
  process.once('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
  process.on('message', (message: ControllerMessage) => machine.hear(message));
  void machine.begin();
}

/** A machine from the inside. */
class RealMachine {
  readonly #spec: BatchSpec;
  readonly #file: SqliteStore | undefined;
  readonly #worker: JobWorker;
  /** Why the file cannot be opened. */
  readonly #stranded: string | undefined;
  #assigned: string | undefined;
  #stopAt: { readonly point: KillPoint; nth: number } | undefined;
  #goOn = () => {};
  /** Where a server looks for whoever has the job. */
  #front: string | undefined;
  /** On a server: the calls of the job that were on record when it was taken up, and those that were put there here. */
  readonly #onServer = new Set<number>();
  /** When it last had an outcome to put on record. */
  #outcomeAt: Micros = 0;

  constructor(spec: BatchSpec, folder: string, job: ColonyJob, wrapStore: (store: Store) => Store) {
    this.#spec = spec;
    const files = batchFiles(folder);
    try {
      if (armOf(spec.arm).durable && !spec.server) this.#file = new SqliteStore(files.engine);
    } catch (error) {
      this.#stranded = error instanceof Error ? error.message : String(error);
    }
    const { stages, prepareSeconds } = spec.protocol.workload;
    const spans = new Map(stages.map((stage) => [stage.method, micros(stage.seconds)]));
    this.#worker = new JobWorker(job, {
      kit: { sink: new FileSink(files.sink) },
      engine: this.#engine(wrapStore),
      prepare: prepareSeconds > 0 ? () => toil(micros(prepareSeconds)) : undefined,
      work: (method) => this.#work(spans.get(method) ?? 0),
      worked: () => this.#pass('after_effect'),
      enters: (phase) => {
        if (phase === 'checkpoint') this.#outcomeAt = monotonicMicros();
        say({ is: 'enters', phase });
      },
      adopted: () => say({ is: 'adopted' }),
      ended: (end) => say({ is: 'ended', end }),
      stranded: (message) => say({ is: 'stranded', message }),
      telemetry: (event) => this.#watch(event),
    });
  }

  async begin(): Promise<void> {
    // What has to be loaded before it can work belongs to its start.
    const beats = beat(this.#spec.protocol.delays.detect / 1000 / beatsPerSilence);
    if (this.#isOnServer) await loadSdk();
    await beats;
    say(this.#stranded === undefined ? { is: 'ready' } : { is: 'stranded', message: this.#stranded });
  }

  hear(message: ControllerMessage): void {
    if (message.is === 'stop_at') this.#stopAt = { point: message.point, nth: message.nth };
    else if (message.is === 'go_on') this.#goOn();
    else this.#assign(message.assignment, message.front);
  }

  #assign(assignment: Assignment, front: string | undefined): void {
    this.#assigned = assignment.job;
    this.#front = front;
    this.#onServer.clear();
    try {
      if (this.#file) say({ is: 'found', calls: this.#recordedCalls(assignment.job) });
    } catch (error) {
      return say({ is: 'stranded', message: String(error) });
    }
    this.#worker.assign(assignment);
  }

  get #isOnServer(): boolean {
    return this.#spec.server !== undefined && armOf(this.#spec.arm).durable;
  }

  #engine(wrapStore: (store: Store) => Store): JobEngineFactory | undefined {
    if (this.#file) return storeEngine(machineStore(wrapStore(this.#file), this.#gate()));
    if (!this.#isOnServer) return undefined;
    return restateJobEngine(this.#spec.server!, {
      frontOf: () => this.#front!,
      serving: (port) => say({ is: 'serving', port }),
      cutOff: () => say({ is: 'cut_off' }),
      found: (calls) => {
        for (const call of calls) this.#onServer.add(call);
        say({ is: 'found', calls });
      },
      wrap: (store) => machineStore(wrapStore(store), this.#gate()),
    });
  }

  #gate() {
    const assigned = () => this.#assigned;
    return {
      get assigned() {
        return assigned();
      },
      onJoin: (owner: string) => say({ is: 'joined', owner }),
      afterAppend: async (_run: string, call: number) => {
        const begun = this.#outcomeAt;
        if (this.#isOnServer) this.#onServer.add(call);
        await this.#pass('after_commit');
        say({ is: 'recorded', call, begun });
      },
      assertAlive: () => {},
    };
  }

  async #work(span: Micros): Promise<void> {
    await this.#pass('before_start');
    await toil(span / 2);
    await this.#pass('mid_stage');
    await toil(span / 2);
  }

  /** Stands still here, if it was told to. */
  async #pass(point: KillPoint): Promise<void> {
    if (this.#stopAt?.point !== point || --this.#stopAt.nth > 0) return;
    this.#stopAt = undefined;
    const over = new Promise<void>((resolve) => (this.#goOn = resolve));
    say({ is: 'at', point });
    await over;
  }

  /** Asks the file itself, or the server as it was read, not what the engine has been told of it. */
  #watch(event: TelemetryEvent): void {
    if (event.event !== 'attempt.started' || event.run === undefined) return;
    if (this.#recordedCalls(event.run).includes(event.call))
      say({ is: 'reran', detail: `${event.run}: ${event.method} (call ${event.call}) was on record and began again` });
  }

  #recordedCalls(run: string): number[] {
    return this.#file ? this.#file.journal(run).map(({ call }) => call) : [...this.#onServer];
  }
}

function say(word: MachineWord): void {
  // The controller may be gone; then this process is about to end.
  if (process.connected) process.send!({ ...word, at: monotonicMicros() }, () => {});
}

/** Takes as long as so much work does. A process that stands still gets nothing done meanwhile. */
async function toil(span: Micros): Promise<void> {
  let left = span;
  let since = monotonicMicros();
  while (left > 0) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(1, Math.min(slice, left / 1000))));
    const now = monotonicMicros();
    left -= now - since > longestSlice ? slice * 1000 : now - since;
    since = now;
  }
}
