import { expect, it } from 'vitest';
import { killedDesk, violations } from '../shop/killed-desk.js';

it('an ADK agent whose process is killed in the second turn of its model goes on from there', { timeout: 180_000 }, async () => {
  const aftermath = await killedDesk('adk', { kind: 'unanswered', seen: { what: 'model', number: 2 } });
  expect(violations(aftermath)).toEqual([]);
  expect(aftermath.committed).toEqual(['think', 'findCustomer', 'findOrder']);
  expect(aftermath.after).toEqual(['model', 'refund', 'model']);
});
