import { DurableFlowError } from '../../sdk/errors/index.js';
import { toMicros } from '../../sdk/models/cost.js';
import type { Clock } from '../../sdk/runtime/clock.js';
import type { BudgetLedger, Reservation } from '../../sdk/store/index.js';
import type { VastInstance } from './vast-wire.js';

/** What a rental needs of the client that made it. */
export interface RentalOffice {
  readonly clock: Clock;
  readonly ledger: BudgetLedger;
  destroy(id: number): Promise<void>;
  find(label: string): Promise<readonly VastInstance[]>;
  pause(ms: number): Promise<void>;
}

export interface RentalTerms {
  /** By which it is found on the account. */
  readonly label: string;
  /** What was reserved for, storage included. */
  readonly usdPerHour: number;
  readonly maxHours: number;
  /** Set aside apart from the hours, for traffic. */
  readonly trafficUsd: number;
  readonly reservation: Reservation;
  /** Before it was asked for. */
  readonly since: number;
}

const hourMs = 3_600_000;
const pollMs = 5000;
const retryMs = 60_000;
const failed = new Set(['exited', 'offline', 'unknown', 'stopped']);

/**
 * A machine that is rented, and given back once: by `release()`, at the end of an `await using` block, when it turns out not to work,
 * or at the latest when its hours are over. A process that is killed gives nothing back; `VastClient.sweep` does.
 */
export class Rental implements AsyncDisposable {
  readonly id: number;
  readonly label: string;
  readonly usdPerHour: number;
  readonly #office: RentalOffice;
  readonly #terms: RentalTerms;
  #callOff: () => void = () => {};
  #released: Promise<void> | undefined;
  #overdue = false;

  constructor(office: RentalOffice, id: number, terms: RentalTerms) {
    this.id = id;
    this.label = terms.label;
    this.usdPerHour = terms.usdPerHour;
    this.#office = office;
    this.#terms = terms;
    this.#arm(terms.maxHours * hourMs - (office.clock.now() - terms.since));
  }

  /**
   * Waits until the machine runs. If it does not come up in time, dies on the way, or costs more than was reserved, it is given back
   * and a `DF_COLONY_CLOUD` thrown.
   */
  async untilRunning(timeoutMs = 600_000): Promise<VastInstance> {
    const { clock } = this.#office;
    const end = clock.now() + timeoutMs;
    try {
      for (;;) {
        if (this.#overdue) throw this.#refused(`was given back: its ${this.#terms.maxHours} hours are over`);
        const instance = (await this.#office.find(this.label)).find(({ id }) => id === this.id);
        const status = instance?.actual_status ?? 'provisioning';
        if (instance && (instance.dph_total ?? 0) > this.usdPerHour + 1e-6) {
          throw this.#refused(`costs $${instance.dph_total} an hour, and $${this.usdPerHour} was reserved`);
        }
        if (instance && status === 'running') return instance;
        if (failed.has(status)) throw this.#refused(`is ${status}: ${instance?.status_msg ?? 'no reason was given'}`);
        if (clock.now() + pollMs > end) throw this.#refused(`is still ${status} after ${timeoutMs} ms`);
        await this.#office.pause(pollMs);
      }
    } catch (error) {
      await this.release();
      throw error;
    }
  }

  /**
   * Destroys the machine and settles what it has cost by the hours that passed, once however often it is called. Throws
   * `DF_COLONY_LEAK` if the machine may still be there; its worst case then stays counted, and it can be tried again.
   */
  release(): Promise<void> {
    this.#released ??= this.#release().catch((error: unknown) => {
      this.#released = undefined;
      throw error;
    });
    return this.#released;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }

  /** Gives the machine back when its time is over; if that fails, again and again. */
  #arm(ms: number): void {
    this.#callOff = this.#office.clock.after(ms, () => {
      this.#overdue = true;
      this.release().catch(() => this.#arm(retryMs));
    });
  }

  async #release(): Promise<void> {
    const { id, label } = this;
    try {
      await this.#office.destroy(id);
    } catch (error) {
      throw new DurableFlowError('DF_COLONY_LEAK', `instance ${id} with the label "${label}" could not be destroyed`, {
        details: { id, label },
        cause: error,
      });
    }
    this.#callOff();
    await settleByTime(this.#office, this.#terms);
  }

  #refused(what: string): DurableFlowError {
    return new DurableFlowError('DF_COLONY_CLOUD', `instance ${this.id} ${what}`, { details: { kind: 'refused', id: this.id } });
  }
}

/** Replaces the worst case by what the time until now costs. */
export async function settleByTime({ ledger, clock }: Pick<RentalOffice, 'ledger' | 'clock'>, terms: RentalTerms): Promise<void> {
  const hours = (clock.now() - terms.since) / hourMs;
  await ledger.settle(terms.reservation, toMicros(hours * terms.usdPerHour + terms.trafficUsd));
}
