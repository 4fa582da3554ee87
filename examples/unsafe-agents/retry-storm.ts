import { step, tool, workflow } from 'durableflow';
import { Customer, CustomerQuery } from '../support-triage/schemas.js';
import { SupportTriage } from '../support-triage/support-triage.js';
import type { Ticket } from '../support-triage/ticket.js';

/** The mistake: a thousand attempts, without a pause between them, at a system that is down already. */
@workflow({ name: 'unsafe-retry-storm' })
export class RetryStorm extends SupportTriage {
  @tool({ description: 'The record of a customer.', input: CustomerQuery })
  @step({ timeout: '1s', retry: { maxAttempts: 1000, initialDelay: 0, maxDelay: 0 }, output: Customer })
  override async findCustomer(query: CustomerQuery, ticket: Ticket) {
    return super.findCustomer(query, ticket);
  }
}
