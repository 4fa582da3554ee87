import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { History, TelemetryEvent } from 'durableflow';
import { bodyOf } from '../engine/broken-promises.js';
import { rootId } from '../engine/execution-of-program.js';
import { everythingIn, type Program } from '../engine/program.js';
import { isEnded, type RunStatus } from '../../sdk/store/index.js';
import type { Fault } from './faults.js';
import { judge, waitsForNothing } from './judge.js';
import { Randomness } from './randomness.js';
import { scratchFolder } from './scratch.js';
import { SimulatedMachine } from './simulated-machine.js';
import { SimulatedNetwork, type Network } from './simulated-network.js';
import { SimulatedPeople } from './simulated-people.js';
import type { LeasedWrite } from './simulated-process.js';
import { SimulatedProvider } from './simulated-provider.js';
import { SimulatedTime, wait } from './simulated-time.js';
import { SimulatedWorld } from './simulated-world.js';
import type { Weakness } from './weaknesses.js';

/** All that decides what happens. */
export interface Case {
  readonly program: Program;
  readonly faults: readonly Fault[];
  readonly network: Network;
  readonly seed: number;
}

export interface Simulated {
  /** Of everything that has happened, in its order. */
  readonly digest: string;
  /** What must not have happened; empty if everything is as promised. */
  readonly broken: readonly string[];
  /** How far the simulated time went, in milliseconds. */
  readonly elapsed: number;
}

const minute = 60_000;
/** Faults are over by then, and everything must have come to its end, in minutes. */
const patience = 3 * 24 * 60;

/** Has a random program executed by several processes that suffer faults. Whether promises were kept is not judged the second time. */
export async function simulate(it: Case, weakness: Weakness, isJudged: boolean): Promise<Simulated> {
  const folder = scratchFolder();
  const time = new SimulatedTime(new Randomness(it.seed));
  SimulatedTime.put(time);
  const simulation = new Simulation(it, folder, time, weakness);
  try {
    return await time.until(simulation.run(isJudged));
  } finally {
    await simulation.machine.scrap();
    SimulatedTime.restore();
    rmSync(folder, { recursive: true, force: true });
  }
}

class Simulation {
  readonly machine: SimulatedMachine;
  readonly #case: Case;
  readonly #folder: string;
  readonly #time: SimulatedTime;
  readonly #world: SimulatedWorld;
  readonly #provider: SimulatedProvider | undefined;
  readonly #people: SimulatedPeople;
  readonly #random: Randomness;
  readonly #trace = createHash('sha256');
  readonly #broken: string[] = [];
  /** Who has claimed each run last. */
  readonly #holders = new Map<string, number>();
  /** The keys of effects, by run and call. */
  readonly #keys = new Map<string, string>();
  /** Something was written that people may have to do with. */
  #hasNews = true;

  constructor(it: Case, folder: string, time: SimulatedTime, weakness: Weakness) {
    this.#case = it;
    this.#folder = folder;
    this.#time = time;
    this.#random = time.random;
    const network = new SimulatedNetwork(time, it.network);
    this.#world = new SimulatedWorld(time.random, network);
    this.#world.onBody = (process, what) => this.#bodyBegins(process, what);
    this.#provider = everythingIn(it.program).some(({ kind }) => kind === 'question')
      ? new SimulatedProvider(network, time.random)
      : undefined;
    this.machine = new SimulatedMachine(folder, {
      time,
      world: this.#world,
      provider: this.#provider,
      weakness,
      onEvent: (process, event) => this.#told(process, event),
      onWritten: (process, write) => this.#written(process, write),
    });
    this.#people = new SimulatedPeople(time, this.#world, it.program, this.machine.alive);
  }

  async run(isJudged: boolean): Promise<Simulated> {
    const begun = this.#time.now();
    await this.machine.start();
    const faults = this.#befall();
    // It is awaited when the program is over.
    faults.catch(() => {});
    for (let minutes = 0; !this.#isOver() && this.#broken.length === 0; minutes += 10) {
      if (minutes > patience) this.#broken.push(`the program does not come to its end: ${JSON.stringify(this.#store?.countRuns())}`);
      this.#peopleLook();
      await wait(10 * minute);
    }
    await faults;
    const elapsed = this.#time.now() - begun;
    this.#broken.push(...this.#people.broken, ...this.#world.effects.broken);
    const runs = this.#histories();
    const digest = this.#trace.digest('hex');
    if (isJudged && this.#broken.length === 0) this.#broken.push(...(await this.#judged(runs)));
    return { digest, broken: this.#broken, elapsed };
  }

  async #befall(): Promise<void> {
    for (const fault of this.#case.faults) {
      await wait(fault.after * minute + this.#random.below(minute));
      this.#happens(JSON.stringify(fault));
      await this.machine.befall(fault);
    }
  }

  #happens(what: string): void {
    this.#trace.update(`${this.#time.now()} ${what}\n`);
  }

  /** The name of the folder and the pid are of the real world. */
  #told(process: number, event: TelemetryEvent): void {
    this.#happens(`${process} ${JSON.stringify({ ...event, pid: 0 }).replaceAll(this.#folder, '')}`);
    if (event.event !== 'step.recorded') return;
    const store = this.machine.alive.find(({ number }) => number === process)?.store;
    if (!store?.journal(event.run!).some(({ call }) => call === event.call))
      this.#broken.push(`process ${process} tells that call ${event.call} of ${event.run} is recorded, and it is not`);
  }

  /** Whoever has claimed a run last is the only one whose writes to it are taken. */
  #written(process: number, write: LeasedWrite): void {
    const { verb, runId } = write;
    this.#hasNews = true;
    if (verb === 'claim') this.#holders.set(runId, process);
    const holder = this.#holders.get(runId);
    if (holder !== process) this.#broken.push(`process ${process} wrote to ${runId} (${verb}), which process ${holder} has claimed`);
    if (verb === 'intend') {
      this.#keys.set(`${runId}/${write.call}`, write.key);
      this.#world.effects.intended(process, write.key);
    } else if (verb === 'withdraw') this.#world.effects.withdrawn(this.#keys.get(`${runId}/${write.call}`)!);
  }

  /** They look where something has happened, and now and then for nothing. */
  #peopleLook(): void {
    if (!this.#hasNews && !this.#random.chance(0.1)) return;
    this.#hasNews = false;
    if (this.#store) this.#broken.push(...waitsForNothing(this.#store));
    this.#people.look();
  }

  /**
   * What is on record is not done again by whoever has the run. A process that stood still, or could not say that it lives, may have lost it without
   * knowing: then a step is begun once more, and its record is refused. (An effect is not: its log knows.)
   */
  #bodyBegins(process: number, what: string): void {
    this.#happens(`${process} ${what}`);
    const store = this.machine.alive.find(({ number }) => number === process)?.store;
    if (!store || this.#time.stopsOf(process) > 0 || this.machine.diskFull.has(process)) return;
    const journals = store.runs({ limit: 1000 }).flatMap(({ id }) => store.journal(id));
    if (journals.some((record) => bodyOf(record) === what && record.name !== 'undo:release'))
      this.#broken.push(`${what} is on record, and begins again`);
  }

  get #store() {
    return this.machine.alive[0]?.store;
  }

  #isOver(): boolean {
    if (!this.#store?.run(rootId)) return false;
    return Object.keys(this.#store.countRuns()).every((status) => isEnded(status as RunStatus));
  }

  /** All runs as JSON, which belongs to what has happened. */
  #histories(): string[] {
    const { flow, store } = this.machine.alive[0]!;
    const runs = store.runs({ limit: 1000 }).map(({ id }) => JSON.stringify(flow.exportHistory(id)));
    for (const run of runs) this.#trace.update(run);
    return runs;
  }

  #judged(runs: readonly string[]): Promise<string[]> {
    return judge({
      runs: runs.map((run) => JSON.parse(run) as History),
      world: this.#world,
      crashes: this.machine.crashes,
      provider: this.#provider,
      spend: this.machine.alive[0]!.store.spend(),
    });
  }
}
