import { sleep, workflow } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { errorCode } from '../fixtures/rejection.js';
import { virtualFlow } from '../fixtures/virtual-flow.js';

@workflow({ name: 'attributes' })
class Tagged {
  async run() {
    await sleep('1h');
  }
}

async function tagged() {
  const it = await virtualFlow(Tagged);
  const start = (id: string, attributes: Record<string, string>) => it.flow.start(Tagged, undefined, { id, attributes });
  await start('a', { customer: 'ann', region: 'eu' });
  await start('b', { customer: 'bob', region: 'eu' });
  await it.flow.start(Tagged, undefined, { id: 'c' });
  const found = (attributes: Record<string, string>) => it.flow.runs({ attributes }).map(({ id }) => id);
  return { ...it, found };
}

describe('attributes', () => {
  it('are shown, and runs are found by all of them', async () => {
    const { flow, found } = await tagged();
    expect(flow.show('a').attributes).toEqual({ customer: 'ann', region: 'eu' });
    expect(flow.show('c').attributes).toEqual({});
    expect(found({ region: 'eu' })).toEqual(['b', 'a']);
    expect(found({ region: 'eu', customer: 'ann' })).toEqual(['a']);
    expect(found({ region: 'ann' })).toEqual([]);
    expect(found({})).toEqual(['c', 'b', 'a']);
  });

  it('go together with the other conditions of a query', async () => {
    const { flow, clock } = await tagged();
    await clock.advance('1h');
    await flow.start(Tagged, undefined, { id: 'd', attributes: { region: 'eu' } });
    expect(flow.runs({ attributes: { region: 'eu' }, status: 'completed' }).map(({ id }) => id)).toEqual(['b', 'a']);
    expect(flow.runs({ attributes: { region: 'eu' }, limit: 1 }).map(({ id }) => id)).toEqual(['d']);
    expect(flow.runs({ attributes: { region: 'eu' }, workflow: 'another' })).toEqual([]);
  });

  it('can be set and changed later, on ended runs too', async () => {
    const { flow, clock, found } = await tagged();
    await clock.advance('1h');
    await flow.setAttributes('a', { customer: 'carla', paid: 'yes' });
    expect(flow.show('a').attributes).toEqual({ customer: 'carla', paid: 'yes', region: 'eu' });
    expect(found({ customer: 'ann' })).toEqual([]);
    expect(found({ paid: 'yes' })).toEqual(['a']);
  });

  it('are names and texts, whatever they contain', async () => {
    const { flow, found } = await tagged();
    const strange = { "it's": '"; DROP TABLE runs; --', 'a.b[0]': '%', '': '' };
    await flow.setAttributes('a', strange);
    expect(found(strange)).toEqual(['a']);
  });

  it('that are no texts are refused, and nothing else suffers', async () => {
    const { flow } = await tagged();
    for (const value of [1, null, { a: 1 }, undefined]) {
      const attributes = { bad: value } as never;
      const [bad, good] = await Promise.allSettled([flow.start(Tagged, undefined, { attributes }), flow.start(Tagged)]);
      expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'DF_INVALID_INPUT' } });
      expect(good.status).toBe('fulfilled');
      expect(await errorCode(flow.setAttributes('a', attributes))).toBe('DF_INVALID_INPUT');
    }
    expect(await errorCode(flow.setAttributes('nobody', { a: 'b' }))).toBe('DF_UNKNOWN_RUN');
  });
});
