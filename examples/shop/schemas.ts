import { z } from 'zod';

// What the shop may answer. Lengths are limited: what is longer is no name and no note, and would fill the model's prompt.

export const Customer = z.object({ email: z.email().max(200), name: z.string().max(200) });
export const Order = z.object({
  id: z.string().max(50),
  customer: z.email().max(200),
  item: z.string().max(200),
  paidCents: z.int().nonnegative().max(10_000_000),
  note: z.string().max(1000).describe('What the customer wrote with the order'),
});
export const Refund = z.object({ receipt: z.string().max(100), orderId: z.string().max(50), cents: z.int().positive() });

export type Customer = z.infer<typeof Customer>;
export type Order = z.infer<typeof Order>;
export type Refund = z.infer<typeof Refund>;
