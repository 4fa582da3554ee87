import { approval, sideEffect, tool, workflow } from 'durableflow';
import { Reply, SentReply } from '../support-triage/schemas.js';
import { patience, SupportTriage } from '../support-triage/support-triage.js';
import type { Ticket } from '../support-triage/ticket.js';

/** The mistake: the key of an effect, which is in every log, is made of what is written to the customer. */
@workflow({ name: 'unsafe-leaks-secrets' })
export class LeaksSecrets extends SupportTriage {
  @tool({ description: 'Sends the answer to the customer. A person is asked first.', input: Reply })
  @approval({ show: ({ to, text }) => `To ${to}: ${text}` })
  @sideEffect({
    ...patience,
    idempotencyKey: ({ to, subject, text }, ticket) => `reply:${ticket.id}:${to}:${subject}:${text}`,
    reconcile: 'findReply',
    output: SentReply,
  })
  override async replyToCustomer(reply: Reply, ticket: Ticket) {
    return super.replyToCustomer(reply, ticket);
  }
}
