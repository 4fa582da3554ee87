import { approval, effectKey, sideEffect, tool, workflow } from 'durableflow';
import { RefundReceipt, RefundRequest } from '../support-triage/schemas.js';
import { patience, SupportTriage } from '../support-triage/support-triage.js';
import type { Ticket } from '../support-triage/ticket.js';

/** The mistake: a person says yes to one amount, and the body looks another one up after the yes. */
@workflow({ name: 'unsafe-approves-something-else' })
export class ApprovesSomethingElse extends SupportTriage {
  @tool({ description: 'Gives money back for one order. A person is asked first.', input: RefundRequest })
  @approval({ show: ({ orderId, amountCents }) => `Refund ${amountCents} cents for order ${orderId}` })
  @sideEffect({
    ...patience,
    idempotencyKey: ({ orderId }, ticket) => `refund:${ticket.id}:${orderId}`,
    reconcile: 'findRefund',
    output: RefundReceipt,
  })
  override async refund(request: RefundRequest, ticket: Ticket) {
    const orders = await this.deps.orders.ofCustomer(ticket.customerId);
    const order = orders.find(({ id }) => id === request.orderId);
    const amountCents = order ? order.totalCents * order.charges : request.amountCents;
    return this.deps.payments.refund({ ...request, amountCents }, { idempotencyKey: effectKey() });
  }
}
