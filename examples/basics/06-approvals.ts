// A gate: the body begins when somebody has approved exactly these arguments. A no is an error that run() may catch.
import { approval, ApprovalRejected, DurableFlow, sideEffect, workflow } from 'durableflow';

@workflow({ name: 'refunds' })
class Refunds {
  async run(customer: string) {
    try {
      return await this.refund(customer, 1200);
    } catch (error) {
      if (error instanceof ApprovalRejected) return `no refund: ${error.reason}`;
      throw error;
    }
  }

  @approval({ expiresIn: '24h', show: (customer, cents) => `Refund ${cents / 100} to ${customer}` })
  @sideEffect({ idempotencyKey: (customer) => `refund:${customer}` })
  async refund(customer: string, cents: number) {
    return `${customer} got ${cents}`;
  }
}

const flow = await DurableFlow.open(':memory:');
flow.register(Refunds, () => new Refunds());
const [ann, bob] = [await flow.start(Refunds, 'ann', { id: 'ann' }), await flow.start(Refunds, 'bob', { id: 'bob' })];
await Promise.all([ann.settled(), bob.settled()]);
for (const gate of flow.approvals()) {
  console.log(`${gate.runId} waits: ${gate.show}`);
  if (gate.runId === 'ann') await flow.approve(gate.id, { by: 'cat' });
  else await flow.reject(gate.id, { by: 'cat', reason: 'was refunded by phone' });
}
console.log(await ann.result());
console.log(await bob.result());
await flow.close();

/* It prints:
ann waits: Refund 12 to ann
bob waits: Refund 12 to bob
ann got 1200
no refund: was refunded by phone
*/
