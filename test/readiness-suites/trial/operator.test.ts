import type { DurableFlow } from 'durableflow';
import { expect, it } from 'vitest';
import type { TrialPlace } from '../../../readiness-suites/engine/trial-engine.js';
import { approveAll, comingBack, decideGates, type Desk } from '../../../readiness-suites/trial/operator.js';
import { DurableFlowError } from '../../../sdk/errors/index.js';

/** A place with one open gate whose decision is answered by this error. */
function placeRefusing(why: Error): TrialPlace {
  const flow = {
    approvals: () => [{ id: 1, workflow: 'refunds', digest: 'd' }],
    approve: () => Promise.reject(why),
    close: () => Promise.resolve(),
  };
  return { isOurs: () => true, open: () => Promise.resolve(flow as unknown as DurableFlow) } as unknown as TrialPlace;
}

it.each(['DF_RESTATE_PENDING', 'DF_APPROVAL_DECIDED'] as const)('a decision that is kept, or was made before, is one: %s', async (code) => {
  expect(await decideGates(placeRefusing(new DurableFlowError(code, 'so')), approveAll)).toBe(true);
});

it('a decision that cannot be made is none', async () => {
  await expect(decideGates(placeRefusing(new DurableFlowError('DF_APPROVAL_FORGED', 'so')), approveAll)).rejects.toThrow('so');
});

it('an operator whom the engine keeps waiting comes back with a code', async () => {
  const operator = comingBack(() => new Promise<never>(() => {}), 50);
  await expect(operator({} as Desk)).rejects.toMatchObject({ code: 'DF_READINESS_ENGINE' });
  expect(await comingBack(() => Promise.resolve(true), 50)({} as Desk)).toBe(true);
}, 2000);
