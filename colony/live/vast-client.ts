import { randomUUID } from 'node:crypto';
import { milliseconds, type Duration } from '../../sdk/definition/duration.js';
import { DurableFlowError } from '../../sdk/errors/index.js';
import { toMicros } from '../../sdk/models/cost.js';
import { systemClock, type Clock } from '../../sdk/runtime/clock.js';
import type { BudgetLedger, BudgetScope } from '../../sdk/store/index.js';
import { CloudError } from './cloud-error.js';
import { Rental, settleByTime, type RentalOffice, type RentalTerms } from './rental.js';
import { VastHttp } from './vast-http.js';
import { createAnswer, destroyAnswer, instancesAnswer, offersAnswer, type VastInstance, type VastOffer } from './vast-wire.js';

export interface VastOptions {
  /** Default: the environment's `VAST_API_KEY`. */
  readonly apiKey?: string;
  /** Default `https://console.vast.ai`. Without TLS only on this machine. */
  readonly baseURL?: string;
  /** Keeps count of what is spent, and of what may be. */
  readonly ledger: BudgetLedger;
  /** What all rentals together may cost. */
  readonly budget: BudgetScope;
  /** For one answer. Default `'30s'`. */
  readonly timeout?: Duration;
  /** How often a request is made at most. Default 4. */
  readonly attempts?: number;
  readonly clock?: Clock;
}

export interface OfferQuery {
  /** `bid` is the market of machines that can be lost. */
  readonly market: 'bid' | 'on-demand';
  /** With underscores for spaces, such as `RTX_4090`. */
  readonly gpu?: string;
  readonly maxUsdPerHour?: number;
  /** In GB; the price that an offer states is with this much storage. */
  readonly disk: number;
  /** Default 10. */
  readonly limit?: number;
}

export interface RentOptions {
  readonly image: string;
  /** In GB, as asked for in the search. */
  readonly disk: number;
  /** After so many hours the machine is given back, whatever it does. */
  readonly maxHours: number;
  /** In US dollars an hour, without storage, in the market of bids. */
  readonly bid?: number;
  /** A command that is run when the machine has started. */
  readonly onstart?: string;
  /** Traffic is billed by the byte and has no end of its own: what is set aside for it. Default 0. */
  readonly trafficUsd?: number;
  /** Begins the label by which leftovers are found. Default `durableflow-colony`. */
  readonly batch?: string;
}

/**
 * Real machines from Vast.ai, by its REST API (https://docs.vast.ai/api-reference/introduction). It never simulates: without a key
 * it refuses with `DF_COLONY_KEY` before anything is sent.
 *
 * Money is reserved in the ledger, at the worst case, before a machine is asked for, and what is over the budget is refused unspent
 * (`DF_BUDGET_EXCEEDED`). A machine of which nobody knows whether it was rented is looked for by its label and destroyed; if it
 * cannot be looked for, `DF_COLONY_LEAK` names the label. Requests that fail throw `DF_COLONY_CLOUD`, the kind in `details.kind`.
 *
 * @example
 * ```ts
 * import { MemoryBudgetLedger } from 'durableflow';
 * import { VastClient } from 'durableflow/colony';
 *
 * const budget = { kind: 'workflow', key: 'embeddings', limitMicros: 2_000_000 } as const; // two dollars
 * const open = (apiKey: string) => new VastClient({ apiKey, ledger: new MemoryBudgetLedger(), budget });
 * try {
 *   const client = open('');
 *   const [offer] = await client.offers({ market: 'bid', gpu: 'RTX_4090', disk: 20 });
 *   await using machine = await client.rent(offer!, { image: 'ubuntu:24.04', disk: 20, maxHours: 1, bid: 0.3 });
 *   console.log(machine.label);
 * } catch (error) {
 *   console.log((error as { code?: string }).code); // DF_COLONY_KEY
 * }
 * ```
 */
export class VastClient {
  readonly #http: VastHttp;
  readonly #budget: BudgetScope;
  readonly #office: RentalOffice;

  constructor({
    apiKey = process.env['VAST_API_KEY'],
    baseURL = 'https://console.vast.ai',
    ledger,
    budget,
    timeout = '30s',
    attempts = 4,
    clock = systemClock,
  }: VastOptions) {
    if (apiKey === undefined || apiKey.trim() === '') throw new DurableFlowError('DF_COLONY_KEY', 'there is no key for Vast.ai');
    const { protocol, hostname } = new URL(baseURL);
    if (protocol !== 'https:' && !['127.0.0.1', '[::1]', 'localhost'].includes(hostname)) {
      throw new DurableFlowError('DF_INVALID_INPUT', `baseURL must be https, so that the key is not sent in the open: ${baseURL}`);
    }
    this.#http = new VastHttp({ apiKey: apiKey.trim(), baseURL, timeoutMs: milliseconds(timeout, 'timeout'), attempts, clock });
    this.#budget = budget;
    this.#office = {
      clock,
      ledger,
      destroy: (id) => this.destroy(id),
      find: (label) => this.instances(label),
      pause: (ms) => this.#http.pause(ms),
    };
  }

  /** Machines that can be rented now, the cheapest first. */
  async offers({ market, gpu, maxUsdPerHour, disk, limit = 10 }: OfferQuery): Promise<readonly VastOffer[]> {
    const { offers } = await this.#http.send({
      method: 'POST',
      path: '/api/v0/bundles/',
      body: {
        type: market,
        verified: { eq: true },
        rentable: { eq: true },
        rented: { eq: false },
        ...(gpu !== undefined && { gpu_name: { eq: gpu.replaceAll('_', ' ') } }),
        ...(maxUsdPerHour !== undefined && { dph_total: { lte: maxUsdPerHour } }),
        order: [['dph_total', 'asc']],
        allocated_storage: disk,
        limit,
      },
      answer: offersAnswer,
      repeatable: true,
    });
    return offers;
  }

  /** All machines of the account, or those with this label. */
  async instances(label?: string): Promise<readonly VastInstance[]> {
    const found: VastInstance[] = [];
    for (let after: string | undefined, page = 0; page === 0 || after !== undefined; page++) {
      const { instances, next_token } = await this.#http.send({
        method: 'GET',
        path: '/api/v1/instances/',
        query: {
          limit: 25,
          order_by: [{ col: 'id', dir: 'asc' }],
          ...(label !== undefined && { select_filters: { label: { eq: label } } }),
          ...(after !== undefined && { after_token: after }),
        },
        answer: instancesAnswer,
        repeatable: true,
      });
      found.push(...instances);
      after = next_token ?? undefined;
    }
    return label === undefined ? found : found.filter((instance) => instance.label === label);
  }

  /** Rents the machine of an offer. The worst case is the price, for the longest it may run, and the traffic. */
  async rent(offer: VastOffer, options: RentOptions): Promise<Rental> {
    const { bid, maxHours, trafficUsd = 0, batch = 'durableflow-colony' } = options;
    for (const [name, value] of Object.entries({ maxHours, trafficUsd, bid: bid ?? 0 })) {
      if (!Number.isFinite(value) || value < 0) {
        throw new DurableFlowError('DF_INVALID_INPUT', `${name} must be a number of 0 or more, not ${value}`);
      }
    }
    if (offer.is_bid && bid === undefined) {
      throw new DurableFlowError(
        'DF_INVALID_INPUT',
        `offer ${offer.id} is of the market of bids, and its price holds for a bid alone: give a bid`,
      );
    }
    const storage = Math.max(0, offer.dph_total - offer.dph_base);
    const usdPerHour = bid === undefined ? offer.dph_total : bid + storage;
    const reservation = await this.#office.ledger.reserve([this.#budget], toMicros(usdPerHour * maxHours + trafficUsd));
    const terms = { label: `${batch}-${randomUUID()}`, usdPerHour, maxHours, trafficUsd, reservation, since: this.#office.clock.now() };
    try {
      return new Rental(this.#office, await this.#create(offer, options, terms.label), terms);
    } catch (error) {
      await this.#cleanUp(terms, error);
      throw error;
    }
  }

  /** Destroys a machine, whoever rented it. One that is gone already is no error. */
  async destroy(id: number): Promise<void> {
    try {
      await this.#http.send({ method: 'DELETE', path: `/api/v0/instances/${id}/`, body: {}, answer: destroyAnswer, repeatable: true });
    } catch (error) {
      if (!(error instanceof CloudError) || error.kind !== 'gone') throw error;
    }
  }

  /** Destroys what processes that died have left behind: all machines whose label begins so. Returns how many there were. */
  async sweep(batch = 'durableflow-colony'): Promise<number> {
    const left = (await this.instances()).filter(({ label }) => label?.startsWith(`${batch}-`));
    const ended = await Promise.allSettled(left.map(({ id }) => this.destroy(id)));
    const stuck = left.filter((_, index) => ended[index]!.status === 'rejected').map(({ id }) => id);
    if (stuck.length > 0) {
      throw new DurableFlowError(
        'DF_COLONY_LEAK',
        `${stuck.length} instances with a label that begins with "${batch}-" could not be destroyed`,
        {
          details: { ids: stuck, label: batch },
          cause: ended.find((it) => it.status === 'rejected')?.reason,
        },
      );
    }
    return left.length;
  }

  async #create(offer: VastOffer, { image, disk, bid, onstart }: RentOptions, label: string): Promise<number> {
    const { new_contract } = await this.#http.send({
      method: 'PUT',
      path: `/api/v0/asks/${offer.id}/`,
      body: {
        image,
        disk,
        label,
        target_state: 'running',
        cancel_unavail: true,
        ...(bid !== undefined && { price: bid }),
        ...(onstart !== undefined && { onstart }),
      },
      answer: createAnswer,
      repeatable: false,
    });
    return new_contract;
  }

  /**
   * After a request for a machine that failed. A refusal gives the money back. If the answer does not say whether a machine was
   * rented, it is looked for and destroyed; if none is found its worst case stays reserved, for a request may be carried out after
   * it was given up.
   */
  async #cleanUp(terms: RentalTerms, error: unknown): Promise<void> {
    const { label, reservation } = terms;
    if (error instanceof CloudError && !error.inDoubt) return this.#office.ledger.settle(reservation, 0);
    try {
      for (const waitMs of [0, 2000, 5000]) {
        await this.#http.pause(waitMs);
        const found = await this.instances(label);
        for (const { id } of found) await this.destroy(id);
        if (found.length > 0) return await settleByTime(this.#office, terms);
      }
    } catch (lookup) {
      throw new DurableFlowError('DF_COLONY_LEAK', `a machine with the label "${label}" may have been rented, and could not be destroyed`, {
        details: { label, lookup: (lookup as Error).message },
        cause: error,
      });
    }
  }
}
