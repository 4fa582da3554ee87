import type { Phase } from '../runner/fleet.js';
import type { Micros } from '../time.js';
import type { MachineLease, MachineState } from './arm-run.js';
import type { BatchAccount } from './batch-account.js';
import type { JobAccount, LooseEnd } from './job-account.js';

/** The books of one machine: what it does at every moment from its acquisition to its end. */
export class LeaseAccount {
  readonly slot: number;
  readonly acquiredAt: Micros;
  readonly #batch: BatchAccount;
  readonly #spans: MachineLease['spans'][number][] | undefined;
  #state: MachineState = 'provision';
  #since: Micros;
  #job: { readonly id: string; readonly account: JobAccount } | undefined;
  #beforePause: MachineState | undefined;
  #pausedAt: Micros = 0;
  /** What it still does for a job that was taken from it. */
  #looseEnd: LooseEnd | undefined;
  #isClosed = false;

  constructor(slot: number, at: Micros, batch: BatchAccount, keepSpans: boolean) {
    this.slot = slot;
    this.acquiredAt = this.#since = at;
    this.#batch = batch;
    this.#spans = keepSpans ? [] : undefined;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  ready(at: Micros): void {
    this.#enter('idle', at);
  }

  assigned(id: string, account: JobAccount, at: Micros): void {
    this.#enter('restore', at);
    this.#job = { id, account };
  }

  enters(phase: Phase, at: Micros): void {
    if (this.#state === 'prepare') this.#flush(at);
    if (this.#state === 'prepare') this.#job?.account.preparationEnded();
    this.#enter(phase, at);
    if (phase === 'checkpoint' && this.#looseEnd) this.#looseEnd.isFinished = true;
  }

  paused(at: Micros): void {
    if (this.#state === 'paused') return;
    const before = this.#state;
    this.#enter('paused', at);
    this.#beforePause = before;
    this.#pausedAt = at;
  }

  resumed(at: Micros): void {
    if (this.#state === 'paused') this.#enter(this.#beforePause!, at);
  }

  /** The machine is without a job again; what it does from now on is nobody's. */
  leaves(at: Micros): void {
    this.#enter('idle', at);
    this.#job = undefined;
  }

  /** The machine is gone, or cannot be reached, and another one will get its job: what this one did not put on record is lost. */
  losesJob(at: Micros): void {
    this.#flush(at);
    const isPaused = this.#state === 'paused';
    const isFinished = (isPaused ? this.#beforePause : this.#state) === 'checkpoint';
    this.#looseEnd = this.#job?.account.lostMachine(this.slot, isPaused ? this.#pausedAt : at, isFinished);
    this.#job = undefined;
  }

  close(at: Micros, end: MachineLease['end']): MachineLease {
    this.#flush(at);
    this.#isClosed = true;
    this.#batch.lease(at - this.acquiredAt);
    return { slot: this.slot, acquiredAt: this.acquiredAt, endedAt: at, end, spans: this.#spans ?? [] };
  }

  #enter(state: MachineState, at: Micros): void {
    this.#flush(at);
    this.#state = state;
  }

  #flush(at: Micros): void {
    const [from, span] = [this.#since, at - this.#since];
    this.#since = at;
    if (span === 0) return;
    this.#spans?.push({ kind: this.#state, job: this.#job?.id, from, to: at });
    const account = this.#job?.account;
    if (this.#state === 'work') {
      if (account) account.worked(from, at);
      else this.#batch.add('lost', span);
      if (this.#looseEnd) this.#looseEnd.work += span;
    } else if (this.#state === 'prepare') {
      if (account) account.prepared(span);
      else this.#batch.add('lost', span);
    } else this.#batch.add(this.#state === 'paused' ? 'lost' : this.#state, span);
  }
}
