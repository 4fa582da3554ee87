import type { DurableFlow, RunView } from 'durableflow';
import { SupportTriage, type TriageReport } from '../support-triage.js';
import type { Ticket } from '../ticket.js';
import type { askOperator } from './ask-operator.js';

/** A ticket and how its run stands. */
export interface TicketState {
  readonly ticket: Ticket;
  readonly status: RunView['status'];
  readonly report: TriageReport | undefined;
  readonly error: string | undefined;
}

export const runIdOf = ({ id }: Ticket): string => `ticket:${id}`;

/**
 * Starts a run for every ticket, or takes it up again, and asks an operator about the gates, for as long as somebody
 * answers; `ask` is absent if there is nobody to ask.
 */
export async function triageTickets(
  flow: DurableFlow,
  tickets: readonly Ticket[],
  by: string,
  ask: typeof askOperator | undefined,
): Promise<TicketState[]> {
  const runs = await Promise.all(tickets.map((ticket) => flow.start(SupportTriage, ticket, { id: runIdOf(ticket) })));
  const ids = new Set(runs.map(({ id }) => id));
  const later = new Set<number>();
  for (let asking = ask !== undefined; asking;) {
    await Promise.all(runs.map((run) => run.settled()));
    const gate = flow.approvals().find(({ id, runId }) => ids.has(runId) && !later.has(id));
    if (!gate) break;
    const decision = await ask!(gate);
    const { id, digest } = gate;
    if (decision.kind === 'approve') await flow.approve(id, { by, digest });
    else if (decision.kind === 'reject') await flow.reject(id, { by, digest, reason: decision.reason });
    else if (decision.kind === 'later') later.add(id);
    else asking = false;
  }
  return Promise.all(
    runs.map(async (run, i) => {
      const { status, output, error } = await run.settled();
      const message = error instanceof Error ? error.message : undefined;
      return { ticket: tickets[i]!, status, report: output as TriageReport | undefined, error: message };
    }),
  );
}
