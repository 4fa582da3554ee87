/** A CRM that honours idempotency keys. The kit puts it outside of the agent's processes. */
export class Crm {
  readonly #refunds = new Map<string, { readonly cents: number }>();

  async lastOrder(customer: string) {
    return { id: `order of ${customer}`, cents: 1200, broken: true };
  }

  async refund(_customer: string, cents: number, { idempotencyKey }: { readonly idempotencyKey: string }) {
    const refund = this.#refunds.get(idempotencyKey) ?? { cents };
    this.#refunds.set(idempotencyKey, refund);
    return refund;
  }

  async findRefund(idempotencyKey: string) {
    return this.#refunds.get(idempotencyKey);
  }
}
