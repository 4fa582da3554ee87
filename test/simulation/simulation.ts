import { createHash } from 'node:crypto';
import { appendFileSync, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DurableFlowError, SqliteStore, type History, type JournalRecord } from 'durableflow';
import { isEnded } from '../../sdk/store/index.js';
import { bodyOf, brokenPromises } from '../engine/broken-promises.js';
import { rootId } from '../engine/execution-of-program.js';
import { act } from '../engine/people.js';
import type { Program } from '../engine/program.js';
import { RandomWorkflow } from '../engine/random-workflow.js';
import type { Fault } from './faults.js';
import { Randomness } from './randomness.js';
import { SimulatedProcess, type LeaseVerb, type Surroundings } from './simulated-process.js';
import { SimulatedTime } from './simulated-time.js';
import { SimulatedWorld, type Network } from './simulated-world.js';

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
const processes = 2;
/** Faults are over by then, and everything must have come to its end, in minutes. */
const patience = 3 * 24 * 60;

/** Where files are, if there is one in memory. */
const shared = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Has a random program executed by several processes that suffer faults. */
export async function simulate(it: Case, disturb: Surroundings['disturb'] = (store) => store): Promise<Simulated> {
  const folder = mkdtempSync(join(shared, 'durableflow-simulation-'));
  const random = new Randomness(it.seed);
  const time = new SimulatedTime(random);
  const simulation = new Simulation(it, folder, random, time, disturb);
  SimulatedTime.put(time);
  try {
    return await time.until(simulation.run());
  } finally {
    simulation.close();
    SimulatedTime.restore();
    rmSync(folder, { recursive: true, force: true });
  }
}

class Simulation {
  readonly #case: Case;
  readonly #folder: string;
  readonly #random: Randomness;
  readonly #time: SimulatedTime;
  readonly #world: SimulatedWorld;
  readonly #disturb: Surroundings['disturb'];
  readonly #trace = createHash('sha256');
  readonly #broken: string[] = [];
  readonly #crashes: { process: number; journals: ReadonlyMap<string, readonly JournalRecord[]> }[] = [];
  readonly #alive: SimulatedProcess[] = [];
  /** Who has claimed each run last. */
  readonly #holders = new Map<string, number>();
  /** Processes that found the disk full at some time. */
  readonly #diskFull = new Set<number>();
  #file: string;
  #opened = 0;

  constructor(it: Case, folder: string, random: Randomness, time: SimulatedTime, disturb: Surroundings['disturb']) {
    this.#case = it;
    this.#folder = folder;
    this.#random = random;
    this.#time = time;
    this.#disturb = disturb;
    this.#world = new SimulatedWorld(time, random, it.network);
    this.#world.onBody = (process, what) => this.#bodyBegins(process, what);
    this.#file = join(folder, '0.db');
    copyFileSync(emptyFile(), this.#file);
  }

  async run(): Promise<Simulated> {
    const begun = this.#time.now();
    for (let i = 0; i < processes; i++) await this.#open();
    const faults = this.#befall();
    let isOver = false;
    for (let minutes = 0; !isOver; minutes += 10) {
      if (minutes > patience) {
        this.#broken.push(`the program does not come to its end: ${JSON.stringify(this.#standing())}`);
        break;
      }
      this.#peopleAct();
      await wait(10 * minute);
      isOver = this.#isOver();
    }
    await faults;
    const elapsed = this.#time.now() - begun;
    if (this.#broken.length === 0) this.#broken.push(...(await this.#judged()));
    return { digest: this.#trace.digest('hex'), broken: this.#broken, elapsed };
  }

  /** Whoever has claimed a run last is the only one whose writes to it are taken. */
  #written(process: number, verb: LeaseVerb, runId: string): void {
    if (verb === 'claim') this.#holders.set(runId, process);
    const holder = this.#holders.get(runId);
    if (holder !== process) this.#broken.push(`process ${process} wrote to ${runId} (${verb}), which process ${holder} has claimed`);
  }

  #happens(what: string): void {
    this.#trace.update(`${this.#time.now()} ${what}\n`);
  }

  close(): void {
    for (const process of this.#alive) process.kill();
  }

  async #open(): Promise<void> {
    const number = ++this.#opened;
    const surroundings: Surroundings = {
      time: this.#time,
      world: this.#world,
      file: this.#file,
      disturb: this.#disturb,
      // The name of the folder and the pid are of the real world.
      onEvent: (process, event) => this.#happens(`${process} ${JSON.stringify({ ...event, pid: 0 }).replaceAll(this.#folder, '')}`),
      onWritten: (process, verb, runId) => this.#written(process, verb, runId),
    };
    this.#alive.push(await this.#time.as(number, () => SimulatedProcess.open(number, surroundings)));
    this.#happens(`process ${number}`);
  }

  async #befall(): Promise<void> {
    for (const fault of this.#case.faults) {
      await wait(fault.after * minute + this.#random.below(minute));
      const process = this.#alive[fault.process % this.#alive.length]!;
      this.#happens(`${fault.kind} ${process.number}`);
      if (fault.kind === 'stop') this.#time.stop(process.number, fault.minutes * minute);
      else if (fault.kind === 'disk-full') {
        process.limitDisk(true);
        this.#diskFull.add(process.number);
        void wait(fault.minutes * minute).then(() => this.#alive.includes(process) && process.limitDisk(false));
      } else if (fault.kind === 'kill') {
        if (fault.committed) {
          process.deafen();
          await wait(1);
        }
        this.#kill(process);
        await wait(this.#random.below(5 * minute));
        await this.#open();
      } else await this.#losePower(fault.torn);
    }
  }

  #kill(process: SimulatedProcess): void {
    const { store } = process;
    this.#crashes.push({ process: Infinity, journals: new Map(store.runs({ limit: 1000 }).map(({ id }) => [id, store.journal(id)])) });
    this.#alive.splice(this.#alive.indexOf(process), 1);
    process.kill();
  }

  /** The file as it was, with the beginning of something that was never synced behind its log. */
  async #losePower(torn: number): Promise<void> {
    const file = join(this.#folder, `${this.#opened}.db`);
    copyFileSync(this.#file, file);
    const log = `${this.#file}-wal`;
    if (existsSync(log)) {
      copyFileSync(log, `${file}-wal`);
      appendFileSync(`${file}-wal`, Buffer.from(Array.from({ length: torn }, () => this.#random.below(256))));
    }
    for (const process of [...this.#alive]) this.#kill(process);
    this.#file = file;
    await wait(minute);
    for (let i = 0; i < processes; i++) await this.#open();
  }

  /** Those around the runs ask one of the processes that are not standing still. */
  #peopleAct(): void {
    const able = this.#alive.filter(({ number }) => !this.#time.isStopped(number));
    const process = able[this.#random.below(able.length)];
    if (!process) return;
    const acting = this.#time.as(process.number, async () => {
      await process.flow.start(RandomWorkflow, this.#case.program, { id: rootId });
      await act(process.flow, process.store, this.#world);
    });
    // The process may die meanwhile, and its disk may be full; they come again.
    acting.catch((error: unknown) => {
      if (!(error instanceof DurableFlowError)) this.#broken.push(`somebody was told ${String(error)}`);
    });
  }

  /**
   * What is on record is not done again by whoever has the run. A process that stood still, or could not say that it lives, may have lost it without
   * knowing: then a step is begun once more, and its record is refused. (An effect is not: the world counts those.)
   */
  #bodyBegins(process: number, what: string): void {
    this.#happens(`${process} ${what}`);
    const store = this.#alive.find(({ number }) => number === process)?.store;
    if (!store || this.#time.stopsOf(process) > 0 || this.#diskFull.has(process)) return;
    const journals = store.runs({ limit: 1000 }).flatMap(({ id }) => store.journal(id));
    if (journals.some((record) => bodyOf(record) === what && record.name !== 'undo:release'))
      this.#broken.push(`${what} is on record, and begins again`);
  }

  #isOver(): boolean {
    const store = this.#alive[0]?.store;
    return store?.run(rootId) !== undefined && store.runs({ limit: 1000 }).every(({ status }) => isEnded(status));
  }

  #standing() {
    return this.#alive[0]?.store.runs({ limit: 1000 }).map(({ id, status }) => ({ id, status }));
  }

  async #judged(): Promise<string[]> {
    const { store, flow } = this.#alive[0]!;
    const runs = store.runs({ limit: 1000 }).map(({ id }) => JSON.parse(JSON.stringify(flow.exportHistory(id))) as History);
    this.#trace.update(JSON.stringify(runs));
    return brokenPromises({ runs, world: this.#world, crashes: this.#crashes, writes: 0 }, true);
  }
}

let empty: string | undefined;

/** A file with the schema and nothing else: to make it takes as long as to execute a small program. */
function emptyFile(): string {
  if (empty !== undefined) return empty;
  const folder = mkdtempSync(join(shared, 'durableflow-simulation-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  empty = join(folder, 'empty.db');
  void new SqliteStore(empty).close();
  return empty;
}

const wait = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));
