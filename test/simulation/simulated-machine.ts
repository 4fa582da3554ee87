import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalRecord } from 'durableflow';
import type { Fault } from './faults.js';
import { afterPowerLoss, readImage, writeImage } from './power-loss.js';
import { emptyFile } from './scratch.js';
import { SimulatedProcess, type Surroundings } from './simulated-process.js';
import { wait } from './simulated-time.js';

const minute = 60_000;
const processes = 2;

/** Journals by run. */
export type Journals = ReadonlyMap<string, readonly JournalRecord[]>;

/** The machine with the file and the processes that share it, and what befalls them. */
export class SimulatedMachine {
  readonly alive: SimulatedProcess[] = [];
  /** What was on disk, for certain, when a process died. */
  readonly crashes: Journals[] = [];
  /** Processes that found the disk full at some time. */
  readonly diskFull = new Set<number>();
  readonly #dead: SimulatedProcess[] = [];
  readonly #folder: string;
  readonly #surroundings: Surroundings;
  #file: string;
  #opened = 0;

  constructor(folder: string, surroundings: Surroundings) {
    this.#folder = folder;
    this.#surroundings = surroundings;
    this.#file = join(folder, '0.db');
    copyFileSync(emptyFile(), this.#file);
  }

  async start(): Promise<void> {
    for (let i = 0; i < processes; i++) await this.#open();
  }

  /** When everything is over. */
  async scrap(): Promise<void> {
    for (const process of [...this.alive]) this.#kill(process);
    await Promise.all(this.#dead.map((process) => process.bury()));
  }

  async befall(fault: Fault): Promise<void> {
    const process = this.alive[fault.process % this.alive.length]!;
    if (fault.kind === 'stop') this.#surroundings.time.stop(process.number, fault.minutes * minute);
    else if (fault.kind === 'disk-full') {
      process.limitDisk(true);
      this.diskFull.add(process.number);
      void wait(fault.minutes * minute).then(() => process.limitDisk(false));
    } else if (fault.kind === 'kill') {
      if (fault.committed) {
        process.deafen();
        await wait(1);
      }
      this.crashes.push(journalsIn(process));
      this.#kill(process);
      await wait(this.#surroundings.time.random.below(5 * minute));
      await this.#open();
    } else await this.#losePower(fault);
  }

  async #open(): Promise<void> {
    const number = ++this.#opened;
    // It is at work before anybody hears that it is there.
    await this.#surroundings.time.as(number, async () =>
      this.alive.push(await SimulatedProcess.open(number, this.#file, this.#surroundings)),
    );
  }

  #kill(process: SimulatedProcess): void {
    this.alive.splice(this.alive.indexOf(process), 1);
    this.#dead.push(process);
    process.kill();
    this.#surroundings.world.effects.died(process.number);
  }

  /** What the processes have heard to be on disk stays; of what they write at that moment some is lost. */
  async #losePower({ lost, torn }: Extract<Fault, { kind: 'power-loss' }>): Promise<void> {
    const synced = this.#surroundings.weakness.isUnsynced ? readImage(emptyFile()) : readImage(this.#file);
    this.crashes.push(journalsIn(this.alive[0]!));
    for (const process of this.alive) process.deafen();
    await wait(1);
    const written = readImage(this.#file);
    for (const process of [...this.alive]) this.#kill(process);
    this.#file = join(this.#folder, `${this.#opened}.db`);
    writeImage(this.#file, afterPowerLoss(synced, written, lost, torn, this.#surroundings.time.random));
    await wait(minute);
    await this.start();
  }
}

const journalsIn = ({ store }: SimulatedProcess): Journals => new Map(store.runs({ limit: 1000 }).map(({ id }) => [id, store.journal(id)]));
