import { sideEffect, tool, workflow } from 'durableflow';
import { RefundReceipt, RefundRequest, Reply, SentReply } from '../support-triage/schemas.js';
import { patience, SupportTriage } from '../support-triage/support-triage.js';
import type { Ticket } from '../support-triage/ticket.js';

/** The mistake: nobody is asked before money is given back or a mail is sent; the model, and whoever writes to it, decides. */
@workflow({ name: 'unsafe-ungated-writes' })
export class UngatedWrites extends SupportTriage {
  @tool({ description: 'Gives money back for one order.', input: RefundRequest, ungated: true })
  @sideEffect({
    ...patience,
    idempotencyKey: ({ orderId }, ticket) => `refund:${ticket.id}:${orderId}`,
    reconcile: 'findRefund',
    output: RefundReceipt,
  })
  override async refund(request: RefundRequest, ticket: Ticket) {
    return super.refund(request, ticket);
  }

  @tool({ description: 'Sends the answer to the customer.', input: Reply, ungated: true })
  @sideEffect({ ...patience, idempotencyKey: (_reply, ticket) => `reply:${ticket.id}`, reconcile: 'findReply', output: SentReply })
  override async replyToCustomer(reply: Reply, ticket: Ticket) {
    return super.replyToCustomer(reply, ticket);
  }
}
