import { join } from 'node:path';
import type { ModelClient } from 'durableflow';
import type { SupportDependencies } from '../support-deps.js';
import { ShopCrm, ShopKnowledge, ShopOrders, type ShopData } from './shop-data.js';
import { ShopHelpdesk } from './shop-helpdesk.js';
import { ShopPayments } from './shop-payments.js';

/** The shop on this machine: the sample data, and a folder for refunds and replies. */
export function localShop(models: ModelClient, { customers, orders, articles }: ShopData, folder: string): SupportDependencies {
  return {
    models,
    crm: new ShopCrm(customers),
    orders: new ShopOrders(orders),
    knowledge: new ShopKnowledge(articles),
    payments: new ShopPayments(join(folder, 'refunds')),
    helpdesk: new ShopHelpdesk(join(folder, 'replies')),
  };
}
