import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { ReadinessOptions } from 'durableflow/vitest';
import { keyOf, LocalShop, supportModel } from '../shop/readiness-world.js';
import { ticket } from '../shop/ticket.js';
import { RefundDesk } from './refund-desk.js';

/** What the kit is told about the refund desk. Its models are reached by a provider of the AI SDK. */
export const refundDeskSuite: ReadinessOptions<typeof RefundDesk> = {
  input: ticket,
  agent: ({ modelUrl, prices, tool }) => {
    const model = (name: string) => createOpenAICompatible({ name, baseURL: modelUrl(name, 'openai') })(`readiness-${name}`);
    const shop = tool(new LocalShop(), { name: 'shop', key: keyOf });
    return new RefundDesk({ model: model('primary'), fallback: model('fallback'), prices, shop });
  },
  model: supportModel,
  allowedEffects: ['refund'],
  deadline: '20s',
};
