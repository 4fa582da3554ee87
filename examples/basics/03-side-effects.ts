// A side effect has a key. Under the same key it is made once, also by another run; the endpoint gets the key, too.
import { DurableFlow, effectKey, sideEffect, workflow } from 'durableflow';

@workflow({ name: 'welcome' })
class Welcome {
  async run(customer: string) {
    return this.sendMail(customer);
  }

  @sideEffect({ idempotencyKey: (customer) => `welcome:${customer}` })
  async sendMail(customer: string) {
    console.log(`sending a mail to ${customer} under the key ${effectKey()}`);
    return `sent to ${customer}`;
  }
}

const flow = await DurableFlow.open(':memory:');
flow.register(Welcome, () => new Welcome());
console.log(await (await flow.start(Welcome, 'ann', { id: 'monday' })).result());
console.log(await (await flow.start(Welcome, 'ann', { id: 'tuesday' })).result());
await flow.close();

/* It prints:
sending a mail to ann under the key welcome:ann
sent to ann
sent to ann
*/
