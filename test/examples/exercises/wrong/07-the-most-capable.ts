// The check says: asked were: large
import { DurableFlowError } from 'durableflow';
import type { Planner } from 'durableflow/planner';

export interface Ticket {
  readonly text: string;
  readonly confidential: boolean;
}

export const ticketSchema = {
  type: 'object',
  properties: { topic: { enum: ['refund', 'delivery', 'defect'] } },
  required: ['topic'],
};

/** What a ticket is about; undefined if nobody can say. */
export async function sortTicket(planner: Planner, ticket: Ticket): Promise<string | undefined> {
  const request = { model: 'auto', messages: [{ role: 'user', content: `Sort this ticket: ${ticket.text}` }], max_tokens: 50 };
  try {
    const { completion } = await planner.complete(request, {
      check: { type: 'json_schema', schema: ticketSchema },
      objective: 'most_capable',
      ...(ticket.confidential && { privacy: 'local-only' }),
    });
    return completion.choices[0]?.message.content ?? undefined;
  } catch (error) {
    if (error instanceof DurableFlowError && ['DF_PLAN_FAILED', 'DF_PLAN_INFEASIBLE'].includes(error.code)) return undefined;
    throw error;
  }
}
