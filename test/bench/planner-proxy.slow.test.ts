import { expect, it } from 'vitest';
import { concurrentStreams } from './planner-proxy.js';

it('the proxy holds 500 streams at once, and every one comes whole', async () => {
  const { whole, heapMb } = await concurrentStreams(500, 1000);
  expect(whole).toBe(500);
  expect(heapMb).toBeLessThan(400);
});
