import type { Micros } from '../time.js';
import type { Recovery } from './arm-run.js';
import type { BatchAccount } from './batch-account.js';

/** A loss that the job has not made up for yet. */
interface OpenLoss extends Omit<Recovery, 'lostWork' | 'detect' | 'recover' | 'regain'> {
  lostWork: Micros;
  detect: Micros | undefined;
  recover: Micros | undefined;
  regain: Micros | undefined;
  /** Work that is still to be done again. */
  owed: Micros;
}

/** What a lost machine did of a stage that is not on record. */
export interface LooseEnd {
  work: Micros;
  /** Its effect is out in the world, where the next machine may find it. */
  isFinished: boolean;
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
  /** Of the stage that is to be put on record next, by every machine that was lost over it. */
  #looseEnds: (LooseEnd & { readonly loss: OpenLoss })[] = [];

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
    this.#pending = 0;
    this.#looseEnds = [];
  }

  /**
   * The machine was lost.
   *
   * @param at when it fell silent
   * @param isFinished whether all that was left to do was to put it on record
   * @returns what is to be kept up by whoever knows that the machine goes on, as one does that only stood still
   */
  lostMachine(slot: number, at: Micros, isFinished: boolean): LooseEnd {
    const lostWork = this.#pending;
    for (const loss of this.#recoveries) if (loss.regain === undefined) loss.owed += lostWork;
    const loss: OpenLoss = {
      ...{ job: this.#job, slot, at, lostWork, owed: lostWork },
      ...{ detect: undefined, recover: undefined, regain: undefined },
    };
    this.#recoveries.push(loss);
    this.#batch.add('lost', lostWork);
    this.#pending = 0;
    this.#settlePreparation();
    const end = { work: lostWork, isFinished, loss };
    this.#looseEnds.push(end);
    return end;
  }

  /** What seemed to be lost was found in the world outside. */
  adopted(): void {
    // If none is known to have come so far, the news of it was lost with the machine.
    const found = this.#looseEnds.find(({ isFinished }) => isFinished) ?? this.#looseEnds.findLast(({ work }) => work > 0);
    this.#looseEnds = [];
    if (!found) return;
    const { work, loss: cause } = found;
    this.#batch.add('lost', -work);
    this.#kept += work;
    cause.lostWork = Math.max(0, cause.lostWork - work);
    for (const loss of this.#recoveries) if (loss.regain === undefined) loss.owed = Math.max(0, loss.owed - work);
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
