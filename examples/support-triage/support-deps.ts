import type { ModelClient } from 'durableflow';
import type { Article, Customer, Order, RefundReceipt, RefundRequest, Reply, SentReply } from './schemas.js';

/** What a write is handed besides its arguments. */
export interface WriteOptions {
  /** The same key is the same write, however often it is sent. */
  readonly idempotencyKey: string;
}

/** Reads customers. */
export interface Crm {
  customer(id: string): Promise<Customer | undefined>;
}

/** Reads orders. */
export interface Orders {
  ofCustomer(customerId: string): Promise<readonly Order[]>;
}

/** Reads the articles of the help centre. */
export interface Knowledge {
  search(query: string): Promise<readonly Article[]>;
}

/** Gives money back. */
export interface Payments {
  refund(request: RefundRequest, options: WriteOptions): Promise<RefundReceipt>;
  /** The refund that was made under this key, if it was. */
  findRefund(idempotencyKey: string): Promise<RefundReceipt | undefined>;
}

/** Writes to customers. */
export interface Helpdesk {
  reply(reply: Reply, options: WriteOptions): Promise<SentReply>;
  /** The reply that was sent under this key, if it was. */
  findReply(idempotencyKey: string): Promise<SentReply | undefined>;
}

/** All that the agent works with. */
export interface SupportDependencies {
  readonly models: ModelClient;
  readonly crm: Crm;
  readonly orders: Orders;
  readonly knowledge: Knowledge;
  readonly payments: Payments;
  readonly helpdesk: Helpdesk;
}
