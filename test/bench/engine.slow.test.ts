import { expect, test } from 'vitest';
import { measureEngine } from './engine.js';

test('the bench of the engine measures what is compiled, at both durabilities, beside the floor', async () => {
  const measured = await measureEngine(1, () => 4);
  expect(measured).toHaveLength(2);
  for (const [rates] of measured)
    for (const { rate, floor, processorMicros } of [rates!.one, rates!.concurrent])
      expect(Math.min(rate, floor, processorMicros)).toBeGreaterThan(0);
});
