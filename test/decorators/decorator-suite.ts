import { candidates, DurableFlowError, step } from 'durableflow';
import { beforeAll, describe, expect, it } from 'vitest';
import { defineWorkflowFrom, type WorkflowClass } from '../../sdk/definition/workflow-definition.js';
import type * as DecoratedClasses from '../fixtures/decorated-classes.js';
import { openFlow } from '../fixtures/open-flow.js';
import { errorCode } from '../fixtures/rejection.js';

/** What the decorators must do, however the classes were compiled. */
export function decoratorSuite(mode: string, load: () => Promise<typeof DecoratedClasses>): void {
  describe(`decorators compiled as ${mode}`, () => {
    let classes: typeof DecoratedClasses;

    beforeAll(async () => {
      classes = await load();
    });

    async function flowWith(Class: WorkflowClass) {
      const flow = await openFlow();
      flow.register(Class, () => new Class() as never);
      return flow;
    }

    describe('outside the engine', () => {
      it('are inert: the plain body runs, with its this, its arguments and its result', async () => {
        const orders = new classes.Orders('corner shop');
        expect(await orders.run('o-1')).toBe('corner shop charged 10 for o-1, live');
        expect(orders.log[0]).toBe('price o-1');
      });

      it('give effectKey() a fresh key each time, and context all its items', async () => {
        const orders = new classes.Orders();
        await orders.charge('a', 1);
        await orders.charge('a', 1);
        const keys = orders.log.map((line) => line.split(' ')[2]);
        expect(new Set(keys).size).toBe(2);
        const offer = candidates(Array.from({ length: 50 }, (_, n) => ({ id: `${n}`, text: 'a long text '.repeat(20) })));
        expect(await orders.answer('?', offer)).toBe(50);
      });

      it('keep the names and lengths of methods, and leave others alone', () => {
        const { prototype } = classes.Orders;
        expect([prototype.price.name, prototype.price.length]).toEqual(['price', 2]);
        expect([prototype.charge.name, prototype.charge.length]).toEqual(['charge', 2]);
        expect([prototype.answer.name, prototype.answer.length]).toEqual(['answer', 3]);
        expect(new classes.Orders('s').plain()).toBe('s');
        expect(Object.getOwnPropertyNames(prototype).sort()).toEqual(['answer', 'charge', 'constructor', 'plain', 'price', 'run']);
      });
    });

    describe('inside the engine', () => {
      it('make a method durable', async () => {
        const flow = await flowWith(classes.Orders);
        const run = await flow.start(classes.Orders, 'o-1', { id: 'r' });
        await run.settled();
        expect(flow.approvals()[0]!.show).toBe('o-1: 10');
        await flow.approve(flow.approvals()[0]!.id, { by: 'ann' });
        expect(await run.result()).toBe('shop charged 10 for o-1, live');
        expect(flow.show('r')).toMatchObject({
          workflow: 'orders',
          version: '3',
          steps: [{ method: 'price' }, { method: 'charge' }],
          effects: [{ key: 'o-1:10', state: 'done' }],
        });
      });

      it('can be stacked in any order', async () => {
        const definitions = [classes.StackedUp, classes.StackedDown].map((Class) => [...defineWorkflowFrom(Class).methods.values()][0]!);
        for (const definition of definitions) {
          expect(definition).toMatchObject({ id: 'pay', approval: { expiresIn: 3_600_000 }, effect: { onInDoubt: 'ask' } });
        }
        for (const Class of [classes.StackedUp, classes.StackedDown]) {
          const flow = await flowWith(Class);
          const run = await flow.start(Class, 7);
          expect((await run.settled()).status).toBe('waiting');
          await flow.approve(flow.approvals()[0]!.id, { by: 'ann' });
          expect(await run.result()).toBe(7);
        }
      });

      it('may have a foreign decorator below them: it is a part of the body', async () => {
        const flow = await flowWith(classes.ForeignBelow);
        const run = await flow.start(classes.ForeignBelow, undefined, { id: 'r' });
        expect(await run.result()).toBe('worked');
        expect(flow.show('r').steps).toHaveLength(1);
      });
    });

    describe('in a class hierarchy', () => {
      it('are inherited', async () => {
        const flow = await flowWith(classes.Inheriting);
        const run = await flow.start(classes.Inheriting, 1, { id: 'r' });
        expect(await run.result()).toBe('base 1');
        expect(flow.show('r').steps).toMatchObject([{ method: 'the-work' }]);
      });

      it('on an override make it one call, the call of super included', async () => {
        const flow = await flowWith(classes.Overriding);
        const run = await flow.start(classes.Overriding, 1, { id: 'r' });
        expect(await run.result()).toBe('base 1, overridden');
        expect(flow.show('r').steps).toMatchObject([{ method: 'the-work', value: 'base 1, overridden' }]);
      });

      it('leave the base class as it was', async () => {
        const flow = await flowWith(classes.Base);
        expect(await (await flow.start(classes.Base, 1)).result()).toBe('base 1');
        expect(await new classes.Overriding().run(2)).toBe('base 2, overridden');
      });

      it('may not be lost by an override', async () => {
        expect(await errorCode(() => defineWorkflowFrom(classes.SilentOverride))).toBe('DF_UNDECORATED_OVERRIDE');
      });

      it('do not name a subclass: it is another workflow', async () => {
        expect(await errorCode(() => defineWorkflowFrom(classes.Unnamed))).toBe('DF_INVALID_DEFINITION');
      });
    });

    describe('refuse at registration', () => {
      it.each(['NoWorkflow', 'NoRun', 'DecoratedRun', 'TwiceTheId', 'ForeignOnTop', 'StepAndEffect', 'BudgetAlone'] as const)(
        '%s',
        async (name) => {
          const flow = await openFlow();
          const Class = classes[name] as unknown as WorkflowClass;
          const error = await Promise.resolve()
            .then(() => flow.register(Class, () => new Class() as never))
            .catch((thrown: unknown) => thrown);
          expect(error).toBeInstanceOf(DurableFlowError);
          expect((error as DurableFlowError).code).toBe('DF_INVALID_DEFINITION');
          // The message names the class, whatever a minifier has made of the workflow's name.
          expect((error as DurableFlowError).message).toContain(name);
        },
      );

      it.each([
        'the timeout',
        'a negative timeout',
        'no attempts',
        'half an attempt',
        'the first delay',
        'the longest delay',
        'the expiry',
        'no key',
        'a key that is no function',
        'no options for an effect',
        'a reconcile that names nothing',
        'an unknown word for doubt',
        'no tokens',
        'half a token',
        'no query',
        'no options for a budget',
      ])('%s', async (name) => {
        const code = await errorCode(() => defineWorkflowFrom(classes.badOptions[name]!() as unknown as WorkflowClass));
        expect(code).toMatch(/^DF_INVALID_(DEFINITION|INPUT)$/);
      });

      it('all bad options that there are', () => {
        expect(Object.keys(classes.badOptions)).toHaveLength(19);
      });
    });

    describe('refuse, where they stand,', () => {
      it.each([
        'a foreign decorator between',
        'a static method',
        'a getter',
        'a field',
        'a class',
        'a method with a symbol for a name',
        'a workflow without a name',
        'a workflow with an empty name',
        'a workflow with no options',
      ])('%s', async (name) => {
        expect(await errorCode(classes.misuses[name]!)).toBe('DF_INVALID_DEFINITION');
      });

      it('something that is no method at all', async () => {
        expect(await errorCode(() => (step() as unknown as (...args: unknown[]) => void)({}, 'work', { value: 7 }))).toBe(
          'DF_INVALID_DEFINITION',
        );
      });
    });

    it('do not depend on the name of the class, which minifiers change', async () => {
      const { Orders } = classes;
      const name = Object.getOwnPropertyDescriptor(Orders, 'name')!;
      Object.defineProperty(Orders, 'name', { value: 'a', configurable: true });
      try {
        expect(defineWorkflowFrom(Orders)).toMatchObject({ name: 'orders', version: '3' });
        expect([...defineWorkflowFrom(Orders).methods.values()].map(({ id }) => id)).toEqual(['price', 'charge', 'answer']);
      } finally {
        Object.defineProperty(Orders, 'name', name);
      }
    });
  });
}
