import type { Micros } from '../time.js';
import type { Recovery } from './arm-run.js';
import type { BatchAccount } from './batch-account.js';

/** A loss that the job has not made up for yet. */
interface OpenLoss extends Omit<Recovery, 'lostWork' | 'detect' | 'recover' | 'regain'> {
  lostWork: Micros;
  detect: Micros;
  recover: Micros | undefined;
  regain: Micros | undefined;
  /** Work that is still to be done again. */
  owed: Micros;
}

/**
 * The books of one job. Work is pending until it is on record (or, without records, until the job is done); a loss
 * throws away what is pending.
 */
export class JobAccount {
  readonly #job: string;
  readonly #batch: BatchAccount;
  readonly #recoveries: OpenLoss[] = [];
  #kept: Micros = 0;
  #keptPreparation: Micros | undefined;
  #pending: Micros = 0;
  #preparation: Micros = 0;
  #isPrepared = false;
  /** Was under way when a machine was lost; if the machine had finished it after all, it will be found outside. */
  #unrecorded: Micros = 0;

  constructor(job: string, batch: BatchAccount) {
    this.#job = job;
    this.#batch = batch;
  }

  get recoveries(): readonly Recovery[] {
    return this.#recoveries.map(({ owed: _owed, ...recovery }) => recovery);
  }

  /** A machine has worked on the job from one moment to another. */
  worked(from: Micros, to: Micros): void {
    this.#pending += to - from;
    for (const loss of this.#recoveries) {
      if (loss.regain !== undefined) continue;
      loss.recover ??= from - loss.at;
      const done = Math.min(loss.owed, to - from);
      loss.owed -= done;
      if (loss.owed === 0) loss.regain = from + done - loss.at;
    }
  }

  /** A machine has done the node-local part, or some of it. */
  prepared(span: Micros): void {
    this.#preparation += span;
  }

  /** The node-local part is done on the machine that has the job. */
  preparationEnded(): void {
    this.#isPrepared = true;
  }

  /** What was done is on record and will not be done again. */
  recorded(): void {
    this.#kept += this.#pending;
    this.#pending = this.#unrecorded = 0;
  }

  /** The machine was lost, or had to leave the job. */
  lostMachine(slot: number, at: Micros): void {
    const lostWork = this.#pending;
    for (const loss of this.#recoveries) if (loss.regain === undefined) loss.owed += lostWork;
    this.#recoveries.push({ job: this.#job, slot, at, lostWork, detect: 0, recover: undefined, regain: undefined, owed: lostWork });
    this.#batch.add('lost', lostWork);
    if (lostWork > 0) this.#unrecorded = lostWork;
    this.#pending = 0;
    this.#settlePreparation();
  }

  /** What seemed to be lost was found in the world outside. */
  adopted(): void {
    const found = this.#unrecorded;
    this.#unrecorded = 0;
    this.#batch.add('lost', -found);
    this.#kept += found;
    for (const loss of this.#recoveries) if (loss.regain === undefined) loss.owed -= found;
    const last = this.#recoveries.at(-1);
    if (last) last.lostWork -= found;
  }

  /** The runner has noticed the loss. */
  noticed(at: Micros): void {
    const loss = this.#recoveries.at(-1);
    if (loss) loss.detect = at - loss.at;
  }

  /** The result is there. */
  done(): void {
    this.recorded();
    this.#settlePreparation();
    this.#batch.add('useful', this.#kept + (this.#keptPreparation ?? 0));
    this.#kept = 0;
    this.#keptPreparation = undefined;
  }

  /** There will be no result: all that was done for it came to nothing. */
  givenUp(): void {
    this.#batch.add('lost', this.#pending + this.#kept + this.#preparation + (this.#keptPreparation ?? 0));
    this.#pending = this.#kept = this.#preparation = 0;
    this.#keptPreparation = undefined;
  }

  /** The first preparation that served a stage on record is useful, any other was done again for the sake of the machine. */
  #settlePreparation(): void {
    const isOfUse = this.#isPrepared && this.#kept > 0;
    if (!isOfUse) this.#batch.add('lost', this.#preparation);
    else if (this.#keptPreparation === undefined) this.#keptPreparation = this.#preparation;
    else this.#batch.add('redo', this.#preparation);
    this.#preparation = 0;
    this.#isPrepared = false;
  }
}
