import { approval, contextBudget, sideEffect, step, workflow, type DurableFlow, type RunHandle, type Selection } from 'durableflow';
import { describe, expectTypeOf, it } from 'vitest';

interface Ticket {
  readonly id: string;
  readonly subject: string;
}

describe('decorator options', () => {
  it('get the parameters of the method, with no annotation', () => {
    @workflow({ name: 'typed' })
    class Typed {
      async run(ticket: Ticket) {
        return ticket.id.length;
      }

      @approval({
        expiresIn: '24h',
        show: (id, cents) => {
          expectTypeOf(id).toEqualTypeOf<string>();
          expectTypeOf(cents).toEqualTypeOf<number>();
          return id;
        },
      })
      @sideEffect({
        idempotencyKey: (id, cents, options) => {
          expectTypeOf(id).toEqualTypeOf<string>();
          expectTypeOf(cents).toEqualTypeOf<number>();
          expectTypeOf(options).toEqualTypeOf<{ readonly urgent: boolean } | undefined>();
          return id;
        },
        reconcile: 'find',
        onInDoubt: 'retry',
      })
      async refund(id: string, _cents: number, _options?: { readonly urgent: boolean }) {
        return id;
      }

      @step()
      @contextBudget({
        maxTokens: 100,
        query: (ticket) => {
          expectTypeOf(ticket).toEqualTypeOf<Ticket>();
          return ticket.subject;
        },
      })
      async decide(ticket: Ticket, _history: Selection) {
        return ticket;
      }

      @sideEffect({ idempotencyKey: () => 'fewer parameters are fine' })
      async send(to: string) {
        return to;
      }

      @sideEffect({
        idempotencyKey: (...ids) => {
          expectTypeOf(ids).toEqualTypeOf<string[]>();
          return ids.join();
        },
      })
      async sendAll(...ids: string[]) {
        return ids.length;
      }

      @step()
      async generic<T>(value: T): Promise<T> {
        return value;
      }

      async find(id: string, _cents: number) {
        return id;
      }
    }
    // The decorators leave the method's type alone.
    type Refund = [id: string, cents: number, options?: { readonly urgent: boolean } | undefined];
    expectTypeOf<Parameters<Typed['refund']>>().toEqualTypeOf<Refund>();
    expectTypeOf(new Typed().generic(7)).resolves.toEqualTypeOf<number>();
  });

  it('refuse what cannot work', () => {
    class Misused {
      // @ts-expect-error a durable method is async
      @step()
      sync() {
        return 1;
      }

      // @ts-expect-error no such unit
      @step({ timeout: '10 parsecs' })
      async parsecs() {}

      // @ts-expect-error a key is a string
      @sideEffect({ idempotencyKey: (n) => n })
      async numeric(n: number) {
        return n;
      }

      // @ts-expect-error the method has no second parameter
      @sideEffect({ idempotencyKey: (a: string, b: string) => a + b })
      async one(a: string) {
        return a;
      }

      // @ts-expect-error the parameter is a number
      @approval({ show: (cents: string) => cents })
      @step()
      async wrong(cents: number) {
        return cents;
      }

      // @ts-expect-error an effect needs a key
      @sideEffect({})
      async keyless() {}

      // @ts-expect-error a budget needs a query
      @contextBudget({ maxTokens: 5 })
      @step()
      async queryless() {}

      // @ts-expect-error there are two words for it
      @sideEffect({ idempotencyKey: () => 'k', onInDoubt: 'shrug' })
      async shrugging() {}

      // @ts-expect-error it is maxAttempts
      @step({ retry: { attempts: 3 } })
      async attempts() {}
    }
    expectTypeOf(Misused).toBeConstructibleWith();

    // @ts-expect-error a workflow has run()
    @workflow({ name: 'no-run' })
    class NoRun {
      async walk() {}
    }
    expectTypeOf(NoRun).toBeConstructibleWith();

    // @ts-expect-error run() is async
    @workflow({ name: 'sync-run' })
    class SyncRun {
      run() {
        return 1;
      }
    }
    expectTypeOf(SyncRun).toBeConstructibleWith();

    // @ts-expect-error a workflow has a name
    expectTypeOf(workflow({})).toBeFunction();
  });
});

describe('flow.start', () => {
  @workflow({ name: 'with-input' })
  class WithInput {
    async run(ticket: Ticket): Promise<{ readonly refunded: boolean }> {
      return { refunded: ticket.id !== '' };
    }
  }

  @workflow({ name: 'without-input' })
  class WithoutInput {
    async run() {
      return 7;
    }
  }

  it('infers the input and the result', () => {
    // Never called: only its types are looked at.
    const use = async (flow: DurableFlow) => {
      expectTypeOf(await flow.start(WithInput, { id: 'a', subject: 'b' })).toEqualTypeOf<RunHandle<{ readonly refunded: boolean }>>();
      expectTypeOf(await flow.start(WithoutInput)).toEqualTypeOf<RunHandle<number>>();
      await flow.start(WithoutInput, undefined, { id: 'r' });
      await flow.start(WithInput, { id: 'a', subject: 'b' }, { id: 'r' });
    };
    expectTypeOf(use).returns.resolves.toBeVoid();
  });

  it('refuses another input, or none, and a factory of another class', () => {
    const use = async (flow: DurableFlow) => {
      // @ts-expect-error the input is missing
      await flow.start(WithInput);
      // @ts-expect-error the subject is missing
      await flow.start(WithInput, { id: 'a' });
      // @ts-expect-error there is no input
      await flow.start(WithoutInput, 7);
      // @ts-expect-error no workflow
      await flow.start(Date);
      // @ts-expect-error an id is a string
      await flow.start(WithoutInput, undefined, { id: 7 });
      // @ts-expect-error a decision has an author
      await flow.approve(1, {});
      flow.register(WithInput, () => new WithInput());
      // @ts-expect-error it makes something else
      flow.register(WithInput, () => new WithoutInput());
    };
    expectTypeOf(use).returns.resolves.toBeVoid();
  });
});
