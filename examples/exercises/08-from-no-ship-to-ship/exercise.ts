import { randomUUID } from 'node:crypto';
import { step, workflow } from 'durableflow';
import type { Crm } from '../08-from-no-ship-to-ship/crm.js';

@workflow({ name: 'refund-agent' })
export class RefundAgent {
  constructor(private readonly crm: Crm) {}

  async run(customer: string) {
    const order = await this.lastOrder(customer);
    return order.broken ? this.refund(customer, order.cents) : undefined;
  }

  @step()
  async lastOrder(customer: string) {
    return this.crm.lastOrder(customer);
  }

  @step()
  async refund(customer: string, cents: number) {
    return this.crm.refund(customer, cents, { idempotencyKey: randomUUID() });
  }
}
