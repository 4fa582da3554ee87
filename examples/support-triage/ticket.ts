import { z } from 'zod';

/** What a customer has written, as the help desk hands it over. The id of the customer comes from the log-in, not from the text. */
export const Ticket = z.object({
  id: z.string(),
  customerId: z.string(),
  subject: z.string(),
  text: z.string(),
});
export type Ticket = z.infer<typeof Ticket>;

/** What the agent says in the end. */
export const Resolution = z.object({
  outcome: z.enum(['refunded', 'answered', 'escalated']),
  summary: z.string().max(1000),
});
export type Resolution = z.infer<typeof Resolution>;
