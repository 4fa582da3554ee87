import type { ReadinessOptions } from 'durableflow/vitest';
import { keyOf, LocalShop, supportModel } from '../shop/readiness-world.js';
import { ticket } from '../shop/ticket.js';
import { RefundDesk } from './refund-desk.js';

/** What the kit is told about the refund desk. */
export const refundDeskSuite: ReadinessOptions<typeof RefundDesk> = {
  input: ticket,
  agent: ({ models, tool }) => new RefundDesk({ models, shop: tool(new LocalShop(), { name: 'shop', key: keyOf }) }),
  model: supportModel,
  allowedEffects: ['refund'],
  // ADK takes more than a second to load.
  deadline: '20s',
};
