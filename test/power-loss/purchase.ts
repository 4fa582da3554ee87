import { approval, DurableFlow, sideEffect, signal, step, workflow, type FlowOptions, type Store } from 'durableflow';
import { z } from 'zod';

/** What has happened outside of the engine, which no loss of power takes back. */
export interface World {
  happen(key: string): void;
  has(key: string): boolean;
}

/** Has records of every kind on its way: steps, large values, effects of both kinds, a gate, a signal. */
@workflow({ name: 'purchase' })
export class Purchase {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async run(n: number) {
    const quote = await this.quote(n);
    const reserved = await this.reserve(n);
    const agreed = await this.agree(n);
    const word = await signal(z.string(), 'word');
    const paid = await this.pay(n);
    return [quote.length, reserved, agreed, word, paid].join(', ');
  }

  /** Some of the values are kept as blobs. */
  @step()
  async quote(n: number) {
    return `${n}`.repeat(n % 3 === 0 ? 20_000 : 200);
  }

  @sideEffect({ idempotencyKey: (n) => `reserve ${n}`, reconcile: 'findReserved' })
  async reserve(n: number) {
    this.#world.happen(`reserve ${n}`);
    return `reserved ${n}`;
  }

  async findReserved(n: number) {
    return this.#world.has(`reserve ${n}`) ? `reserved ${n}` : undefined;
  }

  @approval()
  @step()
  async agree(n: number) {
    return `agreed ${n}`;
  }

  @sideEffect({ idempotencyKey: (n) => `pay ${n}`, onInDoubt: 'ask' })
  async pay(n: number) {
    this.#world.happen(`pay ${n}`);
    return `paid ${n}`;
  }
}

/** What the n-th purchase comes to, whatever befell it. */
export const outcomeOf = (n: number) =>
  [`${n}`.repeat(n % 3 === 0 ? 20_000 : 200).length, `reserved ${n}`, `agreed ${n}`, 'yes', `paid ${n}`].join(', ');

/** A flow that makes purchases in this world. */
export async function openPurchases(store: string | Store, world: World, options: FlowOptions = {}): Promise<DurableFlow> {
  const flow = await DurableFlow.open(store, options);
  return flow.register(Purchase, () => new Purchase(world));
}

/** Those around the purchases decide, send, and look into what is in doubt. */
export async function act(flow: DurableFlow, world: World): Promise<void> {
  for (const { id } of flow.approvals()) await flow.approve(id, { by: 'ann' });
  for (const { id } of flow.runs({ status: 'waiting' }))
    if (flow.show(id).waits.some(({ name }) => name === 'signal:word')) await flow.signal(id, 'word', 'yes', { dedupeId: 'word' });
  for (const { id } of flow.runs({ status: 'in_doubt' }))
    for (const { call, key, state } of flow.show(id).effects) {
      if (state !== 'intended') continue;
      const happened = world.has(key);
      await flow.resolve(id, call, { happened, by: 'ann', ...(happened && { value: `paid ${key.split(' ')[1]}` }) });
    }
}
