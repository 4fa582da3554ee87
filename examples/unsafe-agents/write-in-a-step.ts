import { randomUUID } from 'node:crypto';
import { approval, step, tool, workflow } from 'durableflow';
import { RefundReceipt, RefundRequest } from '../support-triage/schemas.js';
import { patience, SupportTriage } from '../support-triage/support-triage.js';
import type { Ticket } from '../support-triage/ticket.js';

/** The mistake: money is given back in a plain step, under a new key each time; one that is cut off is made again. */
@workflow({ name: 'unsafe-write-in-a-step' })
export class WriteInAStep extends SupportTriage {
  @tool({ description: 'Gives money back for one order. A person is asked first.', input: RefundRequest })
  @approval({ show: ({ orderId, amountCents }) => `Refund ${amountCents} cents for order ${orderId}` })
  @step({ ...patience, output: RefundReceipt })
  override async refund(request: RefundRequest, _ticket: Ticket) {
    return this.deps.payments.refund(request, { idempotencyKey: randomUUID() });
  }
}
