import { DurableFlow, SqliteStore, type Lease, type NewRun, type Store, type TelemetryEvent } from 'durableflow';
import { RandomWorkflow } from '../engine/random-workflow.js';
import type { SimulatedTime } from './simulated-time.js';
import type { SimulatedWorld } from './simulated-world.js';

/** What only the holder of a run's lease does. */
export type LeaseVerb = 'claim' | 'append' | 'intend' | 'park' | 'finish';

/** What a process is made with. */
export interface Surroundings {
  readonly time: SimulatedTime;
  readonly world: SimulatedWorld;
  readonly file: string;
  /** Stands between a process and its store, for faults that a test wants to be found. */
  readonly disturb: (store: Store) => Store;
  readonly onEvent: (process: number, event: TelemetryEvent) => void;
  /** Called when a write that needs the lease of a run is on disk; a claim is what gets it. */
  readonly onWritten: (process: number, verb: LeaseVerb, runId: string) => void;
}

/** A process with the file open, in simulated time. */
export class SimulatedProcess {
  readonly number: number;
  readonly #time: SimulatedTime;
  readonly #store: SqliteStore;
  /** Whether it still hears what becomes of its writes. */
  #hears = true;
  #flow: DurableFlow | undefined;

  private constructor(number: number, time: SimulatedTime, file: string) {
    this.number = number;
    this.#time = time;
    // Torn and lost bytes are simulated; to sync would only take time.
    this.#store = new SqliteStore(file, { durability: 'process-crash' });
  }

  static async open(number: number, { time, world, file, disturb, onEvent, onWritten }: Surroundings): Promise<SimulatedProcess> {
    const process = new SimulatedProcess(number, time, file);
    process.#flow = await DurableFlow.open(disturb(process.#heard((verb, runId) => onWritten(number, verb, runId))), {
      guard: 'off',
      leaseDuration: '20m',
      pollInterval: '5m',
      telemetry: (event) => onEvent(number, event),
    });
    process.#flow.register(RandomWorkflow, () => new RandomWorkflow(world, number));
    return process;
  }

  get flow(): DurableFlow {
    return this.#flow!;
  }

  get store(): SqliteStore {
    return this.#store;
  }

  /** Its writes are made, but it does not hear of them any more: it is about to die. */
  deafen(): void {
    this.#hears = false;
  }

  kill(): void {
    this.#hears = false;
    this.#time.kill(this.number);
    void this.#store.close();
  }

  /** Keeps the file from growing, or lets it grow again. */
  limitDisk(full: boolean): void {
    this.#store.read((db) => {
      const { page_count: pages } = db.prepare('PRAGMA page_count').get() as { page_count: number };
      db.prepare(`PRAGMA max_page_count = ${full ? pages : 1_000_000}`).get();
    });
  }

  /** The store, whose answers are lost once nobody hears them. `onWritten` is told of what is on disk, heard or not. */
  #heard(onWritten: (verb: LeaseVerb, runId: string) => void): Store {
    return new Proxy<Store>(this.#store, {
      get: (target, name) => {
        const method = target[name as keyof Store] as (...args: unknown[]) => unknown;
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => {
          const answer = method.apply(target, args);
          if (!(answer instanceof Promise)) return answer;
          return new Promise((resolve, reject) => {
            const heard = (settle: (value: never) => void) => (value: unknown) => void (this.#hears && settle(value as never));
            answer.then((value: unknown) => {
              const written = leaseUsed(name, args[0], value);
              if (written) onWritten(...written);
              heard(resolve)(value);
            }, heard(reject));
          });
        };
      },
    });
  }
}

/** Whether a write that was made had to do with a run's lease: which, and of which run. */
function leaseUsed(verb: PropertyKey, first: unknown, answer: unknown): [LeaseVerb, string] | undefined {
  switch (verb) {
    case 'claim':
      return answer === undefined ? undefined : ['claim', first as string];
    case 'start':
      return (answer as { lease?: Lease }).lease && ['claim', (first as NewRun).id];
    case 'append':
    case 'intend':
    case 'park':
    case 'finish':
      return [verb, (first as Lease).runId];
    default:
      return undefined;
  }
}
