// The mail went out, and the connection broke before the answer. Nobody knows, so the engine asks: here an operator.
import { DurableFlow, effectKey, sideEffect, workflow } from 'durableflow';

@workflow({ name: 'invoice' })
class Invoice {
  async run(customer: string) {
    return this.sendMail(customer);
  }

  @sideEffect({ idempotencyKey: (customer) => `invoice:${customer}` })
  async sendMail(customer: string): Promise<string> {
    console.log(`sending ${effectKey()}`);
    throw new Error(`connection lost while ${customer} was written to`);
  }
}

const flow = await DurableFlow.open(':memory:');
flow.register(Invoice, () => new Invoice());
const run = await flow.start(Invoice, 'ann', { id: 'i-1' });
console.log((await run.settled()).status);
const [doubt] = flow.doubts();
// Somebody has looked into the outbox: it did go out.
await flow.resolve('i-1', doubt!.call, { happened: true, value: 'sent', by: 'ben' });
console.log(await run.result());
await flow.close();

/* It prints:
sending invoice:ann
in_doubt
sent
*/
