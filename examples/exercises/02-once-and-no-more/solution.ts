import { effectKey, sideEffect, workflow } from 'durableflow';

export interface Bank {
  /** Moves the money once for each key. */
  charge(customer: string, cents: number, key: string): Promise<string>;
}

export interface OrderInput {
  readonly order: string;
  readonly customer: string;
  readonly cents: number;
}

@workflow({ name: 'order' })
export class Order {
  constructor(private readonly bank: Bank) {}

  async run({ order, customer, cents }: OrderInput) {
    return this.charge(order, customer, cents);
  }

  @sideEffect({ idempotencyKey: (order) => `order:${order}`, onInDoubt: 'retry' })
  async charge(_order: string, customer: string, cents: number) {
    return this.bank.charge(customer, cents, effectKey());
  }
}
