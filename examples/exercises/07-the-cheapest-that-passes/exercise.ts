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
  const { completion } = await planner.complete(request);
  return completion.choices[0]?.message.content ?? undefined;
}
