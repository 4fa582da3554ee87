import { join } from 'node:path';
import { DurableFlow, VirtualClock, type RunView } from 'durableflow';
import { load, type Attempt, type Claim } from '../kit/claim.js';
import { OrderBefore } from './before.js';
import type { Order, Stock } from './solution.js';

const thursday = '2030-01-03T12:00:00Z';

/** A stock that remembers what it was asked. */
class Shelf implements Stock {
  readonly log: string[] = [];

  constructor(private readonly pieces = 5) {}

  count(item: string): number {
    this.log.push(`count ${item}`);
    return this.pieces;
  }

  sold(item: string, cents: number): void {
    this.log.push(`${item} for ${cents}`);
  }
}

interface Story {
  readonly began: 'before the change' | 'after the change';
  /** How many days it waits for its approval. */
  readonly days?: number;
  readonly shelf: Shelf;
  readonly guard?: 'error' | 'off';
}

/** An order is begun on a Thursday by one engine, waits, and goes on in another one with the learner's class. */
async function tell(attempt: Attempt, { began, days = 0, shelf, guard = 'off' }: Story): Promise<RunView> {
  const { Order: Learned } = await load<{ Order: typeof Order }>(attempt);
  const db = join(attempt.folder, 'orders.db');
  const makeNew = () => new Learned(shelf);
  {
    await using first = await DurableFlow.open(db, { clock: new VirtualClock(thursday), guard });
    if (began === 'before the change') first.register(OrderBefore, () => new OrderBefore(shelf));
    else first.register(Learned, makeNew);
    const { status } = await (await first.start(began === 'before the change' ? OrderBefore : Learned, 'bell', { id: 'o-1' })).settled();
    if (status !== 'waiting') return first.run('o-1').view();
  }
  await using second = await DurableFlow.open(db, { clock: new VirtualClock(Date.parse(thursday) + days * 24 * 60 * 60_000), guard });
  second.register(Learned, makeNew);
  await second.approve(second.approvals()[0]!.id, { by: 'ben' });
  if (second.unregistered().length > 0) return second.run('o-1').view();
  return await second.run('o-1').settled();
}

const say = ({ status, output, error }: RunView) =>
  `${status}${output === undefined ? '' : ` with ${JSON.stringify(output)}`}${error instanceof Error ? `: ${error.message}` : ''}`;

export const claims: readonly Claim[] = [
  {
    holds: 'an order that was begun by the old code goes on with the new one, as it was agreed',
    hint: "Count only if patched('count-first'); it is imported from 'durableflow'. An order from before costs 100 on every day.",
    async test(attempt) {
      const run = await tell(attempt, { began: 'before the change', shelf: new Shelf() });
      if (run.status === 'waiting' || run.status === 'pending')
        return 'The order from before waits for ever: its class, by name and version, is registered nowhere.';
      return run.output === 'bell for 100' ? undefined : `The order from before is ${say(run)}.`;
    },
  },
  {
    holds: 'an order that is begun now has its stock counted, once, whoever goes on with it',
    hint: 'patched() is true for new orders: what is in its block is done for them, as a step.',
    async test(attempt) {
      const shelf = new Shelf();
      const run = await tell(attempt, { began: 'after the change', shelf });
      if (run.status !== 'completed') return `A new order is ${say(run)}.`;
      const counted = shelf.log.filter((line) => line === 'count bell').length;
      return counted === 1 ? undefined : `The stock of a new order was counted ${counted} times.`;
    },
  },
  {
    holds: 'if nothing is left, nobody is asked and nothing is sold',
    hint: "if ((await this.count(item)) === 0) return 'sold out'.",
    async test(attempt) {
      const run = await tell(attempt, { began: 'after the change', shelf: new Shelf(0) });
      return run.output === 'sold out' ? undefined : `With an empty shelf an order is ${say(run)}.`;
    },
  },
  {
    holds: 'an order begun on a Thursday and approved on the Friday costs what it cost on the Thursday',
    hint: 'now() in place of new Date(): its answer is on record, and the same on every replay.',
    async test(attempt) {
      const run = await tell(attempt, { began: 'after the change', days: 1, shelf: new Shelf(), guard: 'error' });
      return run.output === 'bell for 100' ? undefined : `It is ${say(run)}.`;
    },
  },
  {
    holds: 'so does one that was begun by the old code',
    hint: 'The old orders have no day on record. Ask for it only where patched() is true.',
    async test(attempt) {
      const run = await tell(attempt, { began: 'before the change', days: 1, shelf: new Shelf(), guard: 'error' });
      return run.output === 'bell for 100' ? undefined : `It is ${say(run)}.`;
    },
  },
];
