import { step, tool, workflow } from 'durableflow';
import { CustomerQuery, KnowledgeQuery, OrderQuery } from '../support-triage/schemas.js';
import { patience, SupportTriage } from '../support-triage/support-triage.js';
import type { Ticket } from '../support-triage/ticket.js';

/** The mistake: no tool says what it returns, so whatever comes is believed and ends up in refunds and replies. */
@workflow({ name: 'unsafe-unvalidated-output' })
export class UnvalidatedOutput extends SupportTriage {
  @tool({ description: 'The record of a customer.', input: CustomerQuery })
  @step(patience)
  override async findCustomer(query: CustomerQuery, ticket: Ticket) {
    return super.findCustomer(query, ticket);
  }

  @tool({ description: 'All orders of a customer.', input: OrderQuery })
  @step(patience)
  override async orderHistory(query: OrderQuery, ticket: Ticket) {
    return super.orderHistory(query, ticket);
  }

  @tool({ description: 'Articles of the help centre.', input: KnowledgeQuery })
  @step(patience)
  override async searchKnowledge(query: KnowledgeQuery, ticket: Ticket) {
    return super.searchKnowledge(query, ticket);
  }
}
