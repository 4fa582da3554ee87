import { approval, child, compensate, defineWorkflow, signal, sleep, step, transaction, workflow, type DurableFlow } from 'durableflow';
import { describe, expectTypeOf, it } from 'vitest';
import { z } from 'zod';

class Agent {
  async run(input: { cents: number }) {
    return this.pay('x', input.cents);
  }

  async pay(to: string, cents: number) {
    return `${to} ${cents}`;
  }

  count(): number {
    return 1;
  }
}

describe('defineWorkflow', () => {
  it('knows the parameters of each method', () => {
    defineWorkflow(Agent, {
      name: 'typed',
      methods: {
        pay: {
          sideEffect: {
            idempotencyKey: (to, cents) => {
              expectTypeOf(to).toEqualTypeOf<string>();
              expectTypeOf(cents).toEqualTypeOf<number>();
              return to;
            },
          },
        },
      },
    });
  });

  it('keeps the type of the class', () => {
    expectTypeOf(defineWorkflow(Agent, { name: 'typed', methods: {} })).toEqualTypeOf<typeof Agent>();
  });

  it('refuses methods that are not there, not async, or run itself', () => {
    // @ts-expect-error there is no such method
    defineWorkflow(Agent, { name: 'typed', methods: { missing: { step: true } } });
    // @ts-expect-error it is not async
    defineWorkflow(Agent, { name: 'typed', methods: { count: { step: true } } });
    // @ts-expect-error it is the workflow itself
    defineWorkflow(Agent, { name: 'typed', methods: { run: { step: true } } });
    // @ts-expect-error an effect needs a key
    defineWorkflow(Agent, { name: 'typed', methods: { pay: { sideEffect: {} } } });
    // @ts-expect-error a key is a string
    defineWorkflow(Agent, { name: 'typed', methods: { pay: { sideEffect: { idempotencyKey: () => 1 } } } });
    // @ts-expect-error a workflow needs a name
    defineWorkflow(Agent, { methods: {} });
    // @ts-expect-error a class without run() is no workflow
    defineWorkflow(class {}, { name: 'typed', methods: {} });
  });
});

describe('the functions of a run', () => {
  it('give what their arguments say', () => {
    expectTypeOf(signal(z.object({ n: z.number() }), 'n')).resolves.toEqualTypeOf<{ n: number }>();
    expectTypeOf(child(Agent, { cents: 1 })).resolves.toEqualTypeOf<string>();
    expectTypeOf(child(Agent, { cents: 1 }, { id: 'x' })).resolves.toEqualTypeOf<string>();
    expectTypeOf(transaction(() => 5)).resolves.toEqualTypeOf<number>();
  });

  it('refuse what they cannot take', () => {
    // @ts-expect-error another input
    void child(Agent, { cents: 'one' });
    // @ts-expect-error no input
    void child(Agent);
    // @ts-expect-error not a duration
    void sleep('soon');
    // @ts-expect-error a unit that is not known
    void sleep('3 parsecs');
    // @ts-expect-error a schema first
    void signal('paid');
  });
});

describe('the options of the flow', () => {
  it('get the input of the workflow', () => {
    const use = (flow: DurableFlow) => {
      flow.register(Agent, () => new Agent(), { queue: { key: (input) => String(input.cents), perKey: { concurrency: 1 } } });
      void flow.schedule(Agent, { id: 's', cron: '* * * * *' }, { cents: 1 });
      // @ts-expect-error a schedule needs the input too
      void flow.schedule(Agent, { id: 's', cron: '* * * * *' });
      // @ts-expect-error the input has no such field
      flow.register(Agent, () => new Agent(), { queue: { key: (input) => input.customer } });
      // @ts-expect-error a decision needs somebody who makes it
      void flow.approve(1, {});
      // @ts-expect-error attributes are texts
      void flow.start(Agent, { cents: 1 }, { attributes: { n: 1 } });
    };
    expectTypeOf(use).toBeFunction();
  });

  it('refuse decorators where they cannot work', () => {
    @workflow({ name: 'typed/misuse' })
    class Misused {
      async run() {}

      // @ts-expect-error a step is async
      @step()
      now() {
        return 1;
      }

      @step()
      // @ts-expect-error it is a method's name
      @compensate(5)
      async work() {}

      // @ts-expect-error a decision either way, not a third one
      @approval({ onExpire: 'ignore' })
      @step()
      async gated() {}
    }
    expectTypeOf(Misused).toBeConstructibleWith();
  });
});
