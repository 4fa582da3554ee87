// The check says: DF_EFFECT_KEY_REUSED
import { effectKey, sideEffect, workflow } from 'durableflow';
import type { Bank, OrderInput } from '../../../../examples/exercises/02-once-and-no-more/solution.js';

@workflow({ name: 'order' })
export class Order {
  constructor(private readonly bank: Bank) {}

  async run({ order, customer, cents }: OrderInput) {
    return this.charge(order, customer, cents);
  }

  @sideEffect({ idempotencyKey: (_order, customer) => `order:${customer}`, onInDoubt: 'retry' })
  async charge(_order: string, customer: string, cents: number) {
    return this.bank.charge(customer, cents, effectKey());
  }
}
