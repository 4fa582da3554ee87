// Where the outside world can be asked whether an effect has happened, no person needs to be.
import { DurableFlow, effectKey, sideEffect, workflow } from 'durableflow';

const outbox = new Map<string, string>();

@workflow({ name: 'reminder' })
class Reminder {
  async run(customer: string) {
    return this.sendMail(customer);
  }

  @sideEffect({ idempotencyKey: (customer) => `reminder:${customer}`, reconcile: 'findMail' })
  async sendMail(customer: string): Promise<string> {
    outbox.set(effectKey(), `a mail to ${customer}`);
    throw new Error('the connection was lost before the answer');
  }

  /** The same parameters. Returns what the effect would have returned, or undefined if it has not happened. */
  async findMail(customer: string) {
    console.log(`is there a mail to ${customer}?`);
    return outbox.get(effectKey());
  }
}

const flow = await DurableFlow.open(':memory:');
flow.register(Reminder, () => new Reminder());
console.log(await (await flow.start(Reminder, 'ann')).result());
console.log(`${outbox.size} in the outbox`);
await flow.close();

/* It prints:
is there a mail to ann?
a mail to ann
1 in the outbox
*/
