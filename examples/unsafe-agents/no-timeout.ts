import { step, tool, workflow } from 'durableflow';
import { Customer, CustomerQuery, OrderList, OrderQuery, ArticleList, KnowledgeQuery } from '../support-triage/schemas.js';
import { SupportTriage } from '../support-triage/support-triage.js';
import type { Ticket } from '../support-triage/ticket.js';

/** The mistake: no tool has a timeout, so one that hangs hangs the run. */
@workflow({ name: 'unsafe-no-timeout' })
export class NoTimeout extends SupportTriage {
  @tool({ description: 'The record of a customer.', input: CustomerQuery })
  @step({ output: Customer })
  override async findCustomer(query: CustomerQuery, ticket: Ticket) {
    return super.findCustomer(query, ticket);
  }

  @tool({ description: 'All orders of a customer.', input: OrderQuery })
  @step({ output: OrderList })
  override async orderHistory(query: OrderQuery, ticket: Ticket) {
    return super.orderHistory(query, ticket);
  }

  @tool({ description: 'Articles of the help centre.', input: KnowledgeQuery })
  @step({ output: ArticleList })
  override async searchKnowledge(query: KnowledgeQuery, ticket: Ticket) {
    return super.searchKnowledge(query, ticket);
  }
}
