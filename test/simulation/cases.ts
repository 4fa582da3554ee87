import fc from 'fast-check';
import { programs } from '../engine/program.js';
import { faults } from './faults.js';
import type { Network } from './simulated-network.js';
import type { Case } from './simulation.js';

const often = fc.constantFrom(0, 0, 10);
const seldom = fc.constantFrom(0, 0, 0, 10);

const networks: fc.Arbitrary<Network> = fc.record({
  refused: seldom,
  lostRequests: often,
  lostAnswers: often,
  duplicated: seldom,
  late: often,
});

/** Cases, as a seed draws them. */
export const cases: fc.Arbitrary<Case> = fc.record({
  program: programs,
  faults,
  network: networks,
  seed: fc.nat(),
});
