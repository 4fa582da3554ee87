import { expect, it } from 'vitest';
import { openFlow } from '../fixtures/open-flow.js';
import { newRunId } from '../../sdk/runtime/run-id.js';
import { step, workflow } from 'durableflow';

@workflow({ name: 'noop' })
class Noop {
  async run() {
    return this.nothing();
  }
  @step()
  async nothing() {}
}

it('is a UUID of version 7, and a later one comes after it in order', () => {
  const at = Date.UTC(2026, 10, 27);
  const ids = [at, at + 1, at + 86_400_000, 253_402_300_799_999].map(newRunId);
  for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(ids.toSorted()).toEqual(ids);
  expect(parseInt(ids[0]!.replace('-', '').slice(0, 12), 16)).toBe(at);
  expect(new Set(Array.from({ length: 1000 }, () => newRunId(at))).size).toBe(1000);
});

it('is what a run gets that was given none', async () => {
  const flow = await openFlow(':memory:');
  flow.register(Noop, () => new Noop());
  const before = Date.now();
  const { id } = await flow.start(Noop);
  expect(parseInt(id.replace('-', '').slice(0, 12), 16)).toBeGreaterThanOrEqual(before);
});
