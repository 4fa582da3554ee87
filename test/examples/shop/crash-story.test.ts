import { expect, it } from 'vitest';
import { check } from '../../../examples/shop/crash-story.js';
import type { Seen } from '../../../examples/shop/shop-server.js';

const refund = { receipt: 'R-1', orderId: 'O-7', cents: 4150, key: 'k' };

/** The verdicts on a story in which the outside world saw this. */
function verdicts({ models = 4, customers = 1, refunds = 1, thinks = 3, status = 'completed' } = {}): boolean[] {
  const counts: Partial<Record<Seen['what'], number>> = { model: models, customer: customers, order: 1 };
  const shop = { count: (what: Seen['what']) => counts[what] ?? 0, refunds: Array.from({ length: refunds }, () => refund) };
  const executed = Array.from({ length: thinks }, () => 'think');
  return check(shop, executed, status).map(({ kept }) => kept);
}

it('the story would tell of a broken promise', () => {
  expect(verdicts()).toEqual([true, true, true, true]);
  expect(verdicts({ status: 'waiting' })).toEqual([false, true, true, true]);
  expect(verdicts({ refunds: 2 })).toEqual([true, false, true, true]);
  expect(verdicts({ refunds: 0 })).toEqual([true, false, true, true]);
  expect(verdicts({ customers: 2 })).toEqual([true, true, false, true]);
  expect(verdicts({ models: 5 })).toEqual([true, true, true, false]);
  expect(verdicts({ thinks: 4 })).toEqual([true, true, true, false]);
});
