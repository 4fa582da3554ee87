import { workflow } from 'durableflow';
import { SupportTriage } from '../support-triage/support-triage.js';
import type { Ticket } from '../support-triage/ticket.js';

/** The mistake: `run()` asks the clock, and so asks for something else on every replay. */
@workflow({ name: 'unsafe-rolls-dice' })
export class RollsDice extends SupportTriage {
  override async run(ticket: Ticket) {
    await this.searchKnowledge({ query: `policy as of ${Date.now()}` }, ticket);
    return super.run(ticket);
  }
}
