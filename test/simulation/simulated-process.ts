import {
  DurableFlow,
  SqliteBudgetLedger,
  SqliteStore,
  type BudgetLedger,
  type EffectIntent,
  type Lease,
  type NewRun,
  type Store,
  type TelemetryEvent,
} from 'durableflow';
import { RandomWorkflow } from '../engine/random-workflow.js';
import type { SimulatedProvider } from './simulated-provider.js';
import type { SimulatedTime } from './simulated-time.js';
import type { SimulatedWorld } from './simulated-world.js';
import type { Weakness } from './weaknesses.js';

/** A write that is on disk, and that only the holder of a run's lease may make; a claim is what gets it. */
export type LeasedWrite =
  | { readonly verb: 'claim' | 'append' | 'park' | 'finish'; readonly runId: string }
  | { readonly verb: 'intend'; readonly runId: string; readonly call: number; readonly key: string }
  | { readonly verb: 'withdraw'; readonly runId: string; readonly call: number };

/** What processes have in common. */
export interface Surroundings {
  readonly time: SimulatedTime;
  readonly world: SimulatedWorld;
  /** Whom models are asked of; undefined if nobody asks. */
  readonly provider: SimulatedProvider | undefined;
  /** What its processes lack, for faults that a test wants to be found. */
  readonly weakness: Weakness;
  readonly onEvent: (process: number, event: TelemetryEvent) => void;
  /** Told of what is on disk, whether the process has heard of it or not. */
  readonly onWritten: (process: number, write: LeasedWrite) => void;
}

/** A process with the file open, in simulated time. */
export class SimulatedProcess {
  readonly number: number;
  readonly store: SqliteStore;
  readonly #time: SimulatedTime;
  readonly #ledger: SqliteBudgetLedger | undefined;
  /** Whether it still hears what becomes of its writes. */
  #hears = true;
  #flow: DurableFlow | undefined;

  private constructor(number: number, file: string, { time, provider }: Surroundings) {
    this.number = number;
    this.#time = time;
    // Lost and torn bytes are simulated; to sync would only take time.
    this.store = new SqliteStore(file, { durability: 'process-crash' });
    this.#ledger = provider && new SqliteBudgetLedger(file, { durability: 'process-crash' });
  }

  static async open(number: number, file: string, surroundings: Surroundings): Promise<SimulatedProcess> {
    const { world, provider, weakness, onEvent, onWritten } = surroundings;
    const process = new SimulatedProcess(number, file, surroundings);
    const store = process.#heard<Store>(process.store, (verb, args, answer) => {
      const write = leasedWrite(verb, args, answer);
      if (write) onWritten(number, write);
    });
    const ledger = process.#ledger && process.#heard<BudgetLedger>(process.#ledger);
    const model = ledger && provider!.client(number, weakness.ledger?.(ledger) ?? ledger);
    process.#flow = await DurableFlow.open(weakness.store?.(store) ?? store, {
      guard: 'off',
      leaseDuration: '20m',
      pollInterval: '5m',
      telemetry: (event) => onEvent(number, event),
    });
    process.#flow.register(RandomWorkflow, () => new RandomWorkflow(world, number, model));
    return process;
  }

  get flow(): DurableFlow {
    return this.#flow!;
  }

  /** Its writes are made, but it does not hear of them any more: it is about to die. */
  deafen(): void {
    this.#hears = false;
  }

  /** What it has asked for and is not on disk yet will not be. */
  kill(): void {
    this.#hears = false;
    this.#time.kill(this.number);
  }

  /** Nothing is left of it. A write that it had asked for is made by this, so the file must not be needed any more. */
  async bury(): Promise<void> {
    await Promise.all([this.store.close(), this.#ledger?.close()]);
  }

  /** Keeps the file from growing, or lets it grow again. */
  limitDisk(full: boolean): void {
    this.store.read((db) => {
      const { page_count: pages } = db.prepare('PRAGMA page_count').get() as { page_count: number };
      db.prepare(`PRAGMA max_page_count = ${full ? pages : 1_000_000}`).get();
    });
  }

  /** The same, but answers are lost once nobody hears them. */
  #heard<T extends object>(port: T, onAnswer?: (verb: PropertyKey, args: readonly unknown[], answer: unknown) => void): T {
    return new Proxy<T>(port, {
      get: (target, name) => {
        const method = target[name as keyof T] as (...args: unknown[]) => unknown;
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => {
          const answer = method.apply(target, args);
          if (!(answer instanceof Promise)) return answer;
          return new Promise((resolve, reject) => {
            answer.then(
              (value: unknown) => {
                onAnswer?.(name, args, value);
                if (this.#hears) resolve(value);
              },
              (error: unknown) => this.#hears && reject(error),
            );
          });
        };
      },
    });
  }
}

/** What a write that was made had to do with a run's lease, if anything. */
function leasedWrite(verb: PropertyKey, [first, second]: readonly unknown[], answer: unknown): LeasedWrite | undefined {
  const runId = (first as Lease | undefined)?.runId ?? '';
  switch (verb) {
    case 'claim':
      return answer === undefined ? undefined : { verb, runId: first as string };
    case 'start':
      return (answer as { lease?: Lease }).lease && { verb: 'claim', runId: (first as NewRun).id };
    case 'intend': {
      const { call, key } = second as EffectIntent;
      return (answer as { kind: string }).kind === 'begun' ? { verb, runId, call, key } : undefined;
    }
    case 'withdraw':
      return { verb, runId, call: second as number };
    case 'append':
    case 'park':
    case 'finish':
      return { verb, runId };
    default:
      return undefined;
  }
}
