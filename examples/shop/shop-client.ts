import type { Customer, Order, Refund } from './schemas.js';

/** What an agent needs of a shop. */
export interface Shop {
  customer(email: string): Promise<Customer>;
  order(id: string): Promise<Order>;
  refund(orderId: string, cents: number, idempotencyKey: string): Promise<Refund>;
  /** The refund that was made under this key, if there is one. */
  findRefund(idempotencyKey: string): Promise<Refund | undefined>;
}

/** The shop's own API, over HTTP. */
export class ShopClient implements Shop {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async customer(email: string): Promise<Customer> {
    return (await this.#get(`/customers/${encodeURIComponent(email)}`)) as Customer;
  }

  async order(id: string): Promise<Order> {
    return (await this.#get(`/orders/${encodeURIComponent(id)}`)) as Order;
  }

  async refund(orderId: string, cents: number, idempotencyKey: string): Promise<Refund> {
    const body = JSON.stringify({ orderId, cents });
    return (await this.#ask('/refunds', { method: 'POST', body, headers: { 'idempotency-key': idempotencyKey } })) as Refund;
  }

  async findRefund(idempotencyKey: string): Promise<Refund | undefined> {
    return ((await this.#get(`/refunds/${encodeURIComponent(idempotencyKey)}`)) as Refund | null) ?? undefined;
  }

  #get(path: string): Promise<unknown> {
    return this.#ask(path, {});
  }

  async #ask(path: string, init: RequestInit): Promise<unknown> {
    const response = await fetch(this.#url + path, init);
    if (!response.ok) throw new Error(`the shop answers ${response.status}: ${await response.text()}`);
    return response.json();
  }
}
