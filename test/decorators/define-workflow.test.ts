import { ApprovalRejected, defineWorkflow, workflow } from 'durableflow';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorCode, rejection } from '../fixtures/rejection.js';
import { stage, virtualFlow } from '../fixtures/virtual-flow.js';

const executed: string[] = [];

function agent() {
  return defineWorkflow(
    class {
      async run(cents: number) {
        const customer = await this.find('c-1');
        await this.charge(customer, cents);
        return this.refund(customer, cents);
      }

      async find(id: string) {
        executed.push('find');
        return id;
      }

      async charge(_id: string, _cents: number) {
        executed.push('charge');
      }

      async unCharge(_nothing: undefined, id: string) {
        executed.push(`undo ${id}`);
      }

      async refund(id: string, cents: number) {
        executed.push('refund');
        return `${id} ${cents}`;
      }

      plain() {
        return 'not durable';
      }
    },
    {
      name: 'define-workflow',
      version: '7',
      deadline: '1d',
      methods: {
        find: { step: true },
        charge: { step: { timeout: '10s' }, compensate: 'unCharge' },
        unCharge: { step: true },
        refund: {
          sideEffect: { idempotencyKey: (id, cents) => `refund:${id}:${cents}`, output: z.string() },
          approval: { show: (id, cents) => `${cents} to ${id}` },
        },
      },
    },
  );
}

beforeEach(() => {
  executed.length = 0;
});

describe('defineWorkflow', () => {
  it('makes a plain class a workflow with steps, effects and gates, across processes', async () => {
    const Agent = agent();
    const it = stage();
    const first = await it.open([Agent]);
    const run = await first.start(Agent, 500, { id: 'r' });
    expect(await run.settled()).toMatchObject({
      status: 'waiting',
      workflow: 'define-workflow',
      version: '7',
      deadlineAt: expect.any(Date),
    });
    await first.close();
    const second = await it.open([Agent]);
    expect(second.approvals()[0]).toMatchObject({ show: '500 to c-1', args: ['c-1', 500] });
    await second.approve(second.approvals()[0]!.id, { by: 'ann' });
    expect(await second.run('r').result()).toBe('c-1 500');
    expect(executed).toEqual(['find', 'charge', 'refund']);
    expect(second.show('r').effects).toMatchObject([{ key: 'refund:c-1:500', state: 'done' }]);
  });

  it('undoes what is to be undone', async () => {
    const Agent = agent();
    const { flow } = await virtualFlow(Agent);
    const run = await flow.start(Agent, 500);
    await run.settled();
    await flow.reject(flow.approvals()[0]!.id, { by: 'ann' });
    expect(await rejection(run.result())).toBeInstanceOf(ApprovalRejected);
    expect(executed).toEqual(['find', 'charge', 'undo c-1']);
  });

  it('leaves the class as it is outside the engine', async () => {
    const Agent = agent();
    expect(await new Agent().run(5)).toBe('c-1 5');
    expect(new Agent().plain()).toBe('not durable');
  });

  it.each([
    ['a method that is not there', { missing: { step: true } }],
    ['a step that is an effect as well', { work: { step: true, sideEffect: { idempotencyKey: () => 'k' } } }],
    ['an undoing that is not durable', { work: { step: true, compensate: 'other' } }],
    ['an option of a method that there is not', { work: { steps: true } }],
    ['run() itself', { run: { step: true } }],
    ['the constructor', { constructor: { step: true } }],
  ])('with %s is refused', async (_, methods) => {
    const { flow } = await virtualFlow();
    const register = () => {
      const Bad = defineWorkflow(
        class {
          async run() {}
          async work() {}
          async other() {}
        },
        { name: 'define-workflow/bad', methods: methods as object },
      );
      flow.register(Bad, () => new Bad());
    };
    expect(await errorCode(register)).toBe('DF_INVALID_DEFINITION');
  });

  it('with an option that there is not is refused: nothing would be durable', async () => {
    const define = () => defineWorkflow(class { async run() {} }, { name: 'define-workflow/steps', steps: { run: {} } } as never); // prettier-ignore
    expect(await errorCode(define)).toBe('DF_INVALID_DEFINITION');
    expect(define).toThrow('has no option "steps"');
  });

  it('without a name is refused', async () => {
    expect(await errorCode(() => defineWorkflow(class { async run() {} }, { methods: {} } as never))).toBe('DF_INVALID_DEFINITION'); // prettier-ignore
    expect(await errorCode(() => workflow(undefined as never))).toBe('DF_INVALID_DEFINITION');
  });
});
