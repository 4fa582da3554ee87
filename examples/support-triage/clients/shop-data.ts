import { readFile } from 'node:fs/promises';
import type { Article, Customer, Order } from '../schemas.js';
import type { Crm, Knowledge, Orders } from '../support-deps.js';
import type { Ticket } from '../ticket.js';

type OwnedOrder = Order & { readonly customerId: string };

/** The sample data of the shop. */
export interface ShopData {
  readonly customers: readonly Customer[];
  readonly orders: readonly OwnedOrder[];
  readonly articles: readonly Article[];
  readonly tickets: readonly Ticket[];
}

export async function readShopData(file: string | URL = new URL('../data/shop.json', import.meta.url)): Promise<ShopData> {
  return JSON.parse(await readFile(file, 'utf8')) as ShopData;
}

/** Customers, from the sample data. */
export class ShopCrm implements Crm {
  constructor(private readonly customers: readonly Customer[]) {}

  async customer(id: string): Promise<Customer | undefined> {
    return this.customers.find((customer) => customer.id === id);
  }
}

/** Orders, from the sample data. */
export class ShopOrders implements Orders {
  constructor(private readonly orders: readonly OwnedOrder[]) {}

  async ofCustomer(customerId: string): Promise<readonly Order[]> {
    return this.orders.filter((order) => order.customerId === customerId).map(({ customerId: _customerId, ...order }) => order);
  }
}

/** Articles, found by the words that they share with the question. */
export class ShopKnowledge implements Knowledge {
  constructor(private readonly articles: readonly Article[]) {}

  async search(query: string): Promise<readonly Article[]> {
    const wanted = new Set(words(query));
    const score = ({ title, text }: Article) => words(`${title} ${title} ${text}`).filter((word) => wanted.has(word)).length;
    return this.articles
      .map((article) => ({ article, score: score(article) }))
      .filter((it) => it.score > 0)
      .toSorted((a, b) => b.score - a.score)
      .slice(0, 3)
      .map((it) => it.article);
  }
}

const words = (text: string): string[] => (text.toLowerCase().match(/\p{L}{3,}/gu) ?? []).filter((word) => !common.has(word));
const common = new Set([
  'the',
  'and',
  'for',
  'you',
  'your',
  'are',
  'was',
  'with',
  'that',
  'this',
  'have',
  'has',
  'not',
  'can',
  'how',
  'what',
  'when',
]);
