import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'durableflow/vitest';
import { localShop } from '../support-triage/clients/local-shop.js';
import { readShopData } from '../support-triage/clients/shop-data.js';
import { nextMove } from '../support-triage/models/scripted-support.js';
import { SupportTriage } from '../support-triage/support-triage.js';

const data = await readShopData();

describe.readiness(SupportTriage, {
  input: data.tickets[0]!,
  agent: ({ models, tool }) => {
    const { crm, orders, knowledge, payments, helpdesk } = localShop(models, data, mkdtempSync(join(tmpdir(), 'support-')));
    return new SupportTriage({
      models,
      crm: tool(crm, { name: 'crm' }),
      orders: tool(orders, { name: 'orders' }),
      knowledge: tool(knowledge, { name: 'knowledge' }),
      payments: tool(payments, { name: 'payments' }),
      helpdesk: tool(helpdesk, { name: 'helpdesk' }),
    });
  },
  model: nextMove,
  allowedEffects: ['refund', 'reply'],
});
