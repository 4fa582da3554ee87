import { z } from 'zod';

// What the model may ask for.

export const CustomerQuery = z.object({ customerId: z.string().max(50) });
export const OrderQuery = z.object({ customerId: z.string().max(50) });
export const KnowledgeQuery = z.object({ query: z.string().min(2).max(200) });
export const RefundRequest = z.object({
  orderId: z.string().max(50),
  amountCents: z.int().positive().max(100_000).describe('In cents, as the order says'),
  reason: z.string().max(300),
});
export const Reply = z.object({
  to: z.email().describe('The address of the customer, as the CRM says'),
  subject: z.string().max(200),
  text: z.string().max(4000),
});

// What the tools may answer. Lengths are limited: what is longer is no name and no article.

export const Customer = z.object({
  id: z.string().max(50),
  name: z.string().max(200),
  email: z.email().max(200),
  since: z.iso.date(),
  vip: z.boolean(),
});
export const Order = z.object({
  id: z.string().max(50),
  item: z.string().max(200),
  totalCents: z.int().nonnegative().max(10_000_000),
  placedOn: z.iso.date(),
  status: z.enum(['paid', 'shipped', 'delivered', 'returned', 'cancelled']),
  charges: z.int().min(0).max(20).describe('How often it was paid for'),
});
export const OrderList = z.array(Order).max(5000);
export const Article = z.object({ id: z.string().max(50), title: z.string().max(200), text: z.string().max(20_000) });
export const ArticleList = z.array(Article).max(20);
export const RefundReceipt = z.object({ refundId: z.string().max(100), orderId: z.string().max(50), amountCents: z.int().positive() });
export const SentReply = z.object({ messageId: z.string().max(200), to: z.email() });

export type CustomerQuery = z.infer<typeof CustomerQuery>;
export type OrderQuery = z.infer<typeof OrderQuery>;
export type KnowledgeQuery = z.infer<typeof KnowledgeQuery>;
export type RefundRequest = z.infer<typeof RefundRequest>;
export type Reply = z.infer<typeof Reply>;
export type Customer = z.infer<typeof Customer>;
export type Order = z.infer<typeof Order>;
export type Article = z.infer<typeof Article>;
export type RefundReceipt = z.infer<typeof RefundReceipt>;
export type SentReply = z.infer<typeof SentReply>;
