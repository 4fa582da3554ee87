import { expect, it } from 'vitest';
import { killedDesk, violations } from '../shop/killed-desk.js';

it(
  'an agent of the AI SDK whose process is killed when the refund was paid, without a receipt, does not pay twice',
  { timeout: 180_000 },
  async () => {
    const aftermath = await killedDesk('ai-sdk', { kind: 'unanswered', seen: { what: 'refund', number: 1 } });
    expect(violations(aftermath)).toEqual([]);
    // The two look-ups run in parallel, so either may be recorded first.
    expect([...aftermath.committed].sort()).toEqual(['findCustomer', 'findOrder', 'think', 'think']);
    expect(aftermath.after).toEqual(['findRefund', 'model']);
  },
);
