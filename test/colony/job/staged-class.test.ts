import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { placeOn, stagedClass } from '../../../colony/job/staged-class.js';
import { workflowMetadata } from '../../../sdk/definition/method-metadata.js';
import { defineWorkflowFrom } from '../../../sdk/definition/workflow-definition.js';
import * as legacy from '../../fixtures/decorated-classes.js';
import { loadStandard } from '../../fixtures/load-standard.js';
import { errorCode } from '../../fixtures/rejection.js';

const fixture = fileURLToPath(new URL('../../fixtures/decorated-classes.ts', import.meta.url));

/** All that decorators say of a class's methods, by their names; the code of the body is another one. */
const said = (of: Parameters<typeof defineWorkflowFrom>[0]) =>
  new Map([...defineWorkflowFrom(of).methods.values()].map(({ key, code: _code, ...rest }) => [key, JSON.stringify(rest)]));

describe.each([
  ['TypeScript decorators', async () => legacy],
  ['standard decorators', async () => (await loadStandard('decorated-classes', readFileSync(fixture, 'utf8'))) as typeof legacy],
])('stagedClass, with %s', (_, load) => {
  it('keeps the name, the version and what decorators say, and leaves the class as it was', async () => {
    const { Orders } = await load();
    const before = Orders.prototype.price;
    const staged = stagedClass(Orders);
    expect(staged.name).toBe('Orders');
    expect(workflowMetadata(staged)).toEqual(workflowMetadata(Orders));
    expect(said(staged)).toEqual(said(Orders));
    expect(Orders.prototype.price).toBe(before);
    expect(stagedClass(Orders)).toBe(staged);
  });

  it('sends bodies, and nothing else, through the machine of the instance', async () => {
    const { Orders } = await load();
    const stages: string[] = [];
    const host = (name: string) => ({
      stage: async (method: string, body: () => unknown) => (stages.push(`${name} ${method}`), body()),
    });
    const staged = stagedClass(Orders);
    const [one, other] = [placeOn(new Orders('one'), staged, host('a')), placeOn(new Orders('other'), staged, host('b'))];
    expect(one).toBeInstanceOf(Orders);
    expect([one.shop, await one.price('x', 3), await other.price('x', 4)]).toEqual(['one', 15, 20]);
    expect(stages).toEqual(['a price', 'b price']);
    expect(await new Orders().price('x', 1)).toBe(5);
    expect(stages).toHaveLength(2);
  });

  it('has a class of its own for a subclass', async () => {
    const { Orders } = await load();
    class Special extends Orders {}
    expect(await errorCode(() => stagedClass(class {} as never))).toBe('DF_INVALID_DEFINITION');
    const metadata = workflowMetadata(Special);
    if (!metadata) return expect(await errorCode(() => stagedClass(Special))).toBe('DF_INVALID_DEFINITION');
    expect(stagedClass(Special).name).toBe('Special');
    expect(stagedClass(Special)).not.toBe(stagedClass(Orders));
  });
});
