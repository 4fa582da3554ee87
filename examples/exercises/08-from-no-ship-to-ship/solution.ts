import { approval, effectKey, sideEffect, step, workflow } from 'durableflow';
import { z } from 'zod';
import type { Crm } from '../08-from-no-ship-to-ship/crm.js';

@workflow({ name: 'refund-agent' })
export class RefundAgent {
  constructor(private readonly crm: Crm) {}

  async run(customer: string) {
    const order = await this.lastOrder(customer);
    return order.broken ? this.refund(customer, order.cents) : undefined;
  }

  @step({ timeout: '1s', output: z.object({ id: z.string().max(200), cents: z.number().int(), broken: z.boolean() }) })
  async lastOrder(customer: string) {
    return this.crm.lastOrder(customer);
  }

  @approval()
  @sideEffect({ idempotencyKey: (customer) => `refund:${customer}`, reconcile: 'findRefund', timeout: '1s' })
  async refund(customer: string, cents: number) {
    return this.crm.refund(customer, cents, { idempotencyKey: effectKey() });
  }

  async findRefund() {
    return this.crm.findRefund(effectKey());
  }
}
