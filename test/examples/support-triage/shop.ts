import type { SupportDependencies } from '../../../examples/support-triage/support-deps.js';
import { localShop } from '../../../examples/support-triage/clients/local-shop.js';
import { readShopData, type ShopData } from '../../../examples/support-triage/clients/shop-data.js';
import { scriptedSupport } from '../../../examples/support-triage/models/scripted-support.js';
import type { Ticket } from '../../../examples/support-triage/ticket.js';
import { tempFolder } from '../../fixtures/temp-folder.js';

/** The shop with its scripted model, in a folder of its own; `change` replaces what a test is about. */
export async function shop(change: Partial<SupportDependencies> = {}, data?: ShopData): Promise<SupportDependencies> {
  return { ...localShop(scriptedSupport(), data ?? (await readShopData()), tempFolder()), ...change };
}

/** A ticket of the sample data. */
export async function sampleTicket(id: string): Promise<Ticket> {
  return (await readShopData()).tickets.find((ticket) => ticket.id === id)!;
}
