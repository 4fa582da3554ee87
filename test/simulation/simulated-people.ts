import { DurableFlowError } from 'durableflow';
import { rootId } from '../engine/execution-of-program.js';
import { act, type Desk } from '../engine/people.js';
import type { Program } from '../engine/program.js';
import { RandomWorkflow } from '../engine/random-workflow.js';
import type { Randomness } from './randomness.js';
import type { SimulatedProcess } from './simulated-process.js';
import { nobody, type SimulatedTime } from './simulated-time.js';
import type { SimulatedWorld } from './simulated-world.js';

const minute = 60_000;

/** Those around the runs: they start, decide and send, and what they say reaches some process late or twice. */
export class SimulatedPeople {
  readonly broken: string[] = [];
  readonly #time: SimulatedTime;
  readonly #random: Randomness;
  readonly #world: SimulatedWorld;
  readonly #program: Program;
  /** The processes that live. */
  readonly #alive: readonly SimulatedProcess[];

  constructor(time: SimulatedTime, world: SimulatedWorld, program: Program, alive: readonly SimulatedProcess[]) {
    this.#time = time;
    this.#random = time.random;
    this.#world = world;
    this.#program = program;
    this.#alive = alive;
  }

  /** They look at what there is to do, in one of the processes that are not standing still. */
  look(): void {
    const process = this.#able();
    if (!process) return;
    // The process may die meanwhile, and its disk may be full; they come again.
    this.#act(process).catch((error: unknown) => this.#heard(error));
  }

  async #act(process: SimulatedProcess): Promise<void> {
    await this.#time.as(process.number, () => process.flow.start(RandomWorkflow, this.#program, { id: rootId }));
    await act(this.#desk(process), process.store, this.#world);
  }

  #heard(error: unknown): void {
    if (!(error instanceof DurableFlowError)) this.broken.push(`somebody was told ${String(error)}`);
  }

  #able(): SimulatedProcess | undefined {
    const able = this.#alive.filter(({ number }) => !this.#time.isStopped(number));
    return able[this.#random.below(able.length)];
  }

  #desk({ flow }: SimulatedProcess): Desk {
    return {
      approvals: (options) => flow.approvals(options),
      approve: (id, options) => this.#say(`the decision on approval ${id}`, ({ flow }) => flow.approve(id, options)),
      reject: (id, options) => this.#say(`the decision on approval ${id}`, ({ flow }) => flow.reject(id, options)),
      signal: (run, name, payload, options) => this.#say(`signal ${name}`, ({ flow }) => flow.signal(run, name, payload, options)),
      resolve: (run, call, options) => this.#say(`the word on call ${call}`, ({ flow }) => flow.resolve(run, call, options)),
    };
  }

  /** Brings a message to some process: once or twice, now or later. It counts once. */
  async #say<T>(what: string, message: (process: SimulatedProcess) => Promise<T>): Promise<T> {
    if (this.#random.chance(0.1)) await this.#later();
    const process = this.#able();
    if (!process) throw new DurableFlowError('DF_CLOSED', 'nobody can be reached');
    const answer = await this.#time.as(process.number, () => message(process));
    if (this.#random.chance(0.2)) void this.#repeat(what, message);
    return answer;
  }

  async #repeat(what: string, message: (process: SimulatedProcess) => Promise<unknown>): Promise<void> {
    await this.#later();
    const process = this.#able();
    if (!process) return;
    try {
      const answer = await this.#time.as(process.number, () => message(process));
      if (answer !== false) this.broken.push(`${what} was taken twice`);
    } catch (error) {
      this.#heard(error);
    }
  }

  #later(): Promise<void> {
    return new Promise((resolve) => this.#time.after(nobody, this.#random.below(120 * minute), resolve));
  }
}
