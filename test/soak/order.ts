import {
  approval, child, compensate, effectKey, estimateTokens, routeModels, scriptedModel, sideEffect, signal, sleep, step, workflow, type BudgetLedger,
} from 'durableflow'; // prettier-ignore
import { z } from 'zod';

/** What an order does beside being paid; all of it is in the input, so that anybody can say how it must end. */
export interface OrderInput {
  readonly id: string;
  readonly cents: number;
  readonly sleepMs: number;
  /** So many parts are packed, each by a child, in a queue with a limit. */
  readonly parts: number;
  /** Waits for a person, then ships by an endpoint that honours no keys but can be asked. */
  readonly isShipped: boolean;
  /** Posts a letter by an endpoint that neither honours keys nor can be asked. */
  readonly isPosted: boolean;
  /** Waits for word that it has arrived. */
  readonly isHeardOf: boolean;
  /** Asks a model, under a budget that is kept in the file. */
  readonly isThanked: boolean;
  /** Fails at the end, so that the payment is given back. */
  readonly fails: boolean;
}

/** How well an endpoint can be relied on: it honours keys, can be asked whether a key took effect, or neither. */
export type Endpoint = 'keyed' | 'asked' | 'blind';

/** The world outside, as the bodies reach it. */
export interface Outside {
  /** Makes the effect happen; the answer is its receipt. */
  perform(endpoint: Endpoint, key: string): Promise<string>;
  /** The receipt, if the effect has happened. */
  find(key: string): Promise<string | undefined>;
}

export const receiptOf = (key: string) => `receipt of ${key}`;

/** What a waiting order is told. */
export const wordOf = ({ id }: OrderInput) => `${id} has arrived`;

/** The limit of the queue of all parts. */
export const partsAtOnce = 4;

interface PartInput {
  readonly order: string;
  readonly part: number;
}

@workflow({ name: 'part' })
export class Part {
  constructor(private readonly outside: Outside) {}

  run({ order, part }: PartInput): Promise<string> {
    return this.pack(order, part);
  }

  @sideEffect({ idempotencyKey: (order, part) => `${order}/pack/${part}`, onInDoubt: 'retry' })
  async pack(_order: string, _part: number): Promise<string> {
    return this.outside.perform('keyed', effectKey());
  }
}

@workflow({ name: 'order' })
export class Order {
  constructor(
    private readonly outside: Outside,
    private readonly ledger: BudgetLedger,
  ) {}

  async run(order: OrderInput): Promise<string[]> {
    const { id } = order;
    const said = [await this.pay(id, await this.price(order.cents))];
    if (order.sleepMs > 0) await sleep(`${order.sleepMs}ms`);
    said.push(...(await Promise.all(Array.from({ length: order.parts }, (_, part) => child(Part, { order: id, part })))));
    if (order.isShipped) said.push(await this.ship(id));
    if (order.isPosted) said.push(await this.post(id));
    if (order.isHeardOf) said.push(await signal(z.string(), 'arrived'));
    if (order.isThanked) said.push(await this.thank(id));
    if (order.fails) throw new Error(failureOf(order));
    return said;
  }

  @step()
  async price(cents: number): Promise<number> {
    return cents * 2;
  }

  @sideEffect({ idempotencyKey: (id) => `${id}/pay`, onInDoubt: 'retry' })
  @compensate('refund')
  async pay(_id: string, _cents: number): Promise<string> {
    return this.outside.perform('keyed', effectKey());
  }

  @sideEffect({ idempotencyKey: (_receipt, id) => `${id}/refund`, reconcile: 'refunded', onInDoubt: 'retry' })
  async refund(_receipt: string, _id: string, _cents: number): Promise<string> {
    return this.outside.perform('asked', effectKey());
  }

  refunded(_receipt: string, id: string, _cents: number): Promise<string | undefined> {
    return this.outside.find(`${id}/refund`);
  }

  @approval()
  @sideEffect({ idempotencyKey: (id) => `${id}/ship`, reconcile: 'shipped', onInDoubt: 'retry' })
  async ship(_id: string): Promise<string> {
    return this.outside.perform('asked', effectKey());
  }

  shipped(id: string): Promise<string | undefined> {
    return this.outside.find(`${id}/ship`);
  }

  @sideEffect({ idempotencyKey: (id) => `${id}/post` })
  async post(_id: string): Promise<string> {
    return this.outside.perform('blind', effectKey());
  }

  @step()
  async thank(id: string): Promise<string> {
    const prices = { soak: { input: 1, output: 5 } };
    const client = scriptedModel([`Thank you for ${id}.`], { model: 'soak', prices });
    const budget = { run: 1, day: 1_000_000, ledger: this.ledger, countTokens: estimateTokens };
    const models = routeModels({ targets: [{ client }], prices, budget });
    return (await models.complete({ messages: [{ role: 'user', content: `Thank for ${id}.` }], maxTokens: 20 })).text;
  }
}

const failureOf = ({ id }: OrderInput) => `${id} is meant to fail`;

/** How the order must end, and each key that must have taken effect once. */
export function endOf(order: OrderInput): { readonly status: string; readonly says: string; readonly keys: readonly string[] } {
  const { id, parts } = order;
  const packed = Array.from({ length: parts }, (_, part) => `${id}/pack/${part}`);
  const keys = [`${id}/pay`, ...packed, ...(order.isShipped ? [`${id}/ship`] : []), ...(order.isPosted ? [`${id}/post`] : [])];
  if (order.fails) return { status: 'failed', says: failureOf(order), keys: [...keys, `${id}/refund`] };
  const said = [...keys.map(receiptOf), ...(order.isHeardOf ? [wordOf(order)] : []), ...(order.isThanked ? [`Thank you for ${id}.`] : [])];
  return { status: 'completed', says: JSON.stringify(said), keys };
}
