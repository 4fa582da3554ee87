import { randomUUID } from 'node:crypto';
import type { TokenCounter } from '../context/token-counter.js';
import { tokenMeasure } from '../context/token-measure.js';
import { DurableFlowError } from '../errors/index.js';
import { currentBody } from '../runtime/current-body.js';
import type { BudgetLedger, BudgetScope, Reservation } from '../store/index.js';
import { toMicros, toUsd, worstCaseMicros } from './cost.js';
import { MemoryBudgetLedger } from './memory-budget-ledger.js';
import type { ModelRequest } from './model-client.js';
import { priceOf, type PriceTable } from './prices.js';
import { promptSize } from './prompt-size.js';

/** How much may be spent, in US dollars. A scope without a limit is not watched. */
export interface BudgetOptions {
  /** On one call of a durable method, its retries included. */
  readonly step?: number;
  readonly run?: number;
  /** On all runs of a workflow together. */
  readonly workflow?: number;
  /** On one day (UTC), by everybody who shares the ledger. */
  readonly day?: number;
  /** Who keeps count; in memory if absent. `SqliteBudgetLedger` counts across processes and crashes. */
  readonly ledger?: BudgetLedger;
  /** Counts the tokens of the prompt; `loadTokenizer()` if absent. */
  readonly countTokens?: TokenCounter;
}

type Limits = Omit<BudgetOptions, 'ledger' | 'countTokens'>;

/** Sets the worst case of each attempt aside before it begins. */
export class Budget {
  readonly #limits: readonly (readonly [keyof Limits, number])[];
  readonly #ledger: BudgetLedger;
  readonly #countTokens: TokenCounter | undefined;
  readonly #prices: PriceTable;
  readonly #now: () => number;
  /** Outside of the engine one router counts as one run. */
  readonly #outside = `outside-${randomUUID()}`;

  constructor(
    { step, run, workflow, day, ledger = new MemoryBudgetLedger(), countTokens }: BudgetOptions,
    prices: PriceTable,
    now: () => number,
  ) {
    const limits = Object.entries({ step, run, workflow, day }).filter(([, limit]) => limit !== undefined);
    for (const [kind, limit] of limits) {
      if (typeof limit !== 'number' || !(limit >= 0) || !Number.isSafeInteger(toMicros(limit)))
        throw new DurableFlowError('DF_INVALID_INPUT', `the budget of a ${kind} is an amount in US dollars, not ${String(limit)}`);
    }
    this.#limits = limits.map(([kind, limit]) => [kind as keyof Limits, toMicros(limit!)]);
    this.#ledger = ledger;
    this.#countTokens = countTokens;
    this.#prices = prices;
    this.#now = now;
  }

  /** The scopes of a call that is made here and now. `callId` names it where the engine does not. */
  scopes(callId: string): BudgetScope[] {
    const body = currentBody();
    const keys: Record<keyof Limits, string> = {
      step: body ? `${body.run.id}/${body.call}` : `${this.#outside}/${callId}`,
      run: body?.run.id ?? this.#outside,
      workflow: body?.run.workflow ?? this.#outside,
      day: new Date(this.#now()).toISOString().slice(0, 10),
    };
    return this.#limits.map(([kind, limitMicros]) => ({ kind, key: keys[kind], limitMicros }));
  }

  /** Throws `BudgetExceeded`, or `DF_MODEL_PRICE_UNKNOWN`; nothing is set aside then. */
  async reserve(scopes: readonly BudgetScope[], promptTokens: PromptTokens, maxTokens: number, model: string): Promise<Charge> {
    const price = priceOf(model, this.#prices);
    if (!price) throw new DurableFlowError('DF_MODEL_PRICE_UNKNOWN', `the price of model "${model}" is not known`, { details: { model } });
    const micros = worstCaseMicros(promptTokens(model), maxTokens, price);
    return new Charge(this.#ledger, await this.#ledger.reserve(scopes, micros), micros);
  }

  /** Counts the prompt once, for all targets. */
  async count(request: ModelRequest): Promise<PromptTokens> {
    const measure = await tokenMeasure(this.#countTokens);
    const size = await promptSize(request, measure);
    return (model) => measure.tokens(size, model);
  }
}

/** How many tokens the prompt has at the most, for a model. */
export type PromptTokens = (model: string) => number;

/** The money of one attempt. */
export class Charge {
  readonly #ledger: BudgetLedger;
  readonly #reservation: Reservation;
  readonly #worstCase: number;

  constructor(ledger: BudgetLedger, reservation: Reservation, worstCase: number) {
    this.#ledger = ledger;
    this.#reservation = reservation;
    this.#worstCase = worstCase;
  }

  /** Settles on what the attempt cost, or on the worst case if that is not known. Returns what was charged, in US dollars. */
  async settle(costUsd: number | undefined): Promise<number> {
    const micros = costUsd === undefined ? this.#worstCase : toMicros(costUsd);
    try {
      await this.#ledger.settle(this.#reservation, micros);
    } catch {
      // The answer is paid for and must not be lost with the ledger; the worst case stands.
      return toUsd(this.#worstCase);
    }
    return toUsd(micros);
  }
}
