import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { approval, effectKey, sideEffect, step, workflow } from 'durableflow';

/** Something that was done in the shop, and by which process. */
export interface Deed {
  readonly what: string;
  /** The effect's key; empty if it is none. */
  readonly key: string;
  readonly worker: string;
}

/** The world outside of the engine: a list of deeds that outlives all processes. */
export class Shop {
  readonly #file: string;
  readonly #worker: string;

  constructor(file: string, worker: string) {
    this.#file = file;
    this.#worker = worker;
  }

  static deedsIn(file: string): Deed[] {
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Deed);
  }

  does(what: string, key = ''): void {
    appendFileSync(this.#file, `${JSON.stringify({ what, key, worker: this.#worker } satisfies Deed)}\n`);
  }

  find(key: string): Deed | undefined {
    return Shop.deedsIn(this.#file).find((deed) => deed.key === key);
  }
}

/** An order: shelves, a payment that must not be made twice, and a person who says yes to the shipment. */
@workflow({ name: 'restate-cluster/order' })
export class Order {
  readonly #shop: Shop;

  constructor(shop: Shop) {
    this.#shop = shop;
  }

  async run(articles: readonly string[]) {
    const picked: string[] = [];
    for (const article of articles) picked.push(await this.pick(article));
    const receipt = await this.charge(articles.length * 500);
    return `${await this.ship(picked.join(', '))}; ${receipt}`;
  }

  @step()
  async pick(article: string) {
    this.#shop.does(`pick ${article}`);
    await sleep(150);
    return `1 ${article}`;
  }

  @sideEffect({ idempotencyKey: (cents) => `charge:${cents}`, reconcile: 'findCharge' })
  async charge(cents: number) {
    this.#shop.does(`charge ${cents}`, effectKey());
    // A bank takes its time to confirm what it has done; this is the gap in which a crash leaves a doubt.
    await sleep(400);
    return `paid ${cents}`;
  }

  async findCharge(cents: number) {
    return this.#shop.find(`charge:${cents}`) && `paid ${cents}`;
  }

  @approval({ show: (parcel) => `Ship ${parcel}` })
  @step()
  async ship(parcel: string) {
    this.#shop.does('ship');
    return `shipped ${parcel}`;
  }
}
