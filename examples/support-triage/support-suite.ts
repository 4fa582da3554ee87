import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InputOf } from 'durableflow';
import type { ReadinessOptions } from 'durableflow/vitest';
import { localShop } from './clients/local-shop.js';
import { readShopData } from './clients/shop-data.js';
import { nextMove } from './models/scripted-support.js';
import type { SupportDependencies } from './support-deps.js';
import type { SupportTriage } from './support-triage.js';

const data = await readShopData();

/** What the kit is told about the support agent, or about one that was made of it with a mistake. */
export function supportSuite<C extends typeof SupportTriage>(Agent: C): ReadinessOptions<C> {
  return {
    input: data.tickets[0]! as InputOf<C>,
    agent: ({ models, tool }) => {
      const shop = localShop(models, data, mkdtempSync(join(tmpdir(), 'support-')));
      const deps: SupportDependencies = {
        models,
        crm: tool(shop.crm, { name: 'crm' }),
        orders: tool(shop.orders, { name: 'orders' }),
        knowledge: tool(shop.knowledge, { name: 'knowledge' }),
        payments: tool(shop.payments, { name: 'payments' }),
        helpdesk: tool(shop.helpdesk, { name: 'helpdesk' }),
      };
      return new Agent(deps) as InstanceType<C>;
    },
    model: nextMove,
    allowedEffects: ['refund', 'reply'],
  };
}
