// The module of `durableflow ui --app`: what the page's process can execute. Every model in it is scripted.
import type { DurableFlow } from 'durableflow';
import { routeModels, scriptedModel } from 'durableflow';
import { readCast } from '../inbox-triage/crash-story/cast.js';
import { InboxTriage } from '../inbox-triage/inbox-triage.js';
import { Outbox } from '../inbox-triage/mailbox/outbox.js';
import { ModelTriager } from '../inbox-triage/models/model-triager.js';
import { rulesModel } from '../inbox-triage/models/rules-model.js';
import { localShop } from '../support-triage/clients/local-shop.js';
import { readShopData } from '../support-triage/clients/shop-data.js';
import { nextMove } from '../support-triage/models/scripted-support.js';
import { SupportTriage } from '../support-triage/support-triage.js';
import { FollowParcel, ImportCustomers, PaySupplier, PayWage, type Bank, type Rows } from './desk-classes.js';

const folder = '.demo/ui';
export const deskFile = `${folder}/desk.db`;

const bank: Bank = { transfer: async ({ to, amountCents }) => ({ receipt: `${to}-${amountCents}` }) };
const rows: Rows = { page: async (number) => 100 + number };

export async function register(flow: DurableFlow): Promise<void> {
  await registerDesk(flow, bank, rows);
}

/** The classes, over another bank and other rows than usual. */
export async function registerDesk(flow: DurableFlow, payments: Bank, pages: Rows): Promise<void> {
  const [shop, { knowledge }] = await Promise.all([readShopData(), readCast()]);
  const priced = (client: Parameters<typeof routeModels>[0]['targets'][number]['client']) =>
    routeModels({ targets: [{ client }], budget: { run: 0.5, day: 5 } });
  const support = priced(scriptedModel((request) => nextMove(request), { model: 'claude-haiku-4-5' }));
  const triager = new ModelTriager(priced(rulesModel()));
  const outbox = new Outbox(`${folder}/outbox`);
  flow
    .register(SupportTriage, () => new SupportTriage(localShop(support, shop, `${folder}/shop`)))
    .register(InboxTriage, () => new InboxTriage({ knowledge, triager, outbox }))
    .register(PaySupplier, () => new PaySupplier(payments))
    .register(PayWage, () => new PayWage(payments))
    .register(ImportCustomers, () => new ImportCustomers(pages))
    .register(FollowParcel, () => new FollowParcel());
}
