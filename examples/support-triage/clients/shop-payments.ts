import { createHash } from 'node:crypto';
import type { RefundReceipt, RefundRequest } from '../schemas.js';
import type { Payments, WriteOptions } from '../support-deps.js';
import { KeyedFiles } from './keyed-files.js';

/** A payment provider that honours idempotency keys: one file a refund. */
export class ShopPayments implements Payments {
  readonly #refunds: KeyedFiles<RefundReceipt>;

  constructor(folder: string) {
    this.#refunds = new KeyedFiles(folder);
  }

  async refund({ orderId, amountCents }: RefundRequest, { idempotencyKey }: WriteOptions): Promise<RefundReceipt> {
    const refundId = `rf_${createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 12)}`;
    return this.#refunds.keep(idempotencyKey, { refundId, orderId, amountCents });
  }

  findRefund(idempotencyKey: string): Promise<RefundReceipt | undefined> {
    return this.#refunds.find(idempotencyKey);
  }
}
