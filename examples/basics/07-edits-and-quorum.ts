// Whoever approves may change the arguments, if a schema says to what; and some decisions take two.
import { approval, DurableFlow, step, workflow } from 'durableflow';
import { z } from 'zod';

@workflow({ name: 'purchase' })
class Purchase {
  async run(pieces: number) {
    return this.pay(await this.order(pieces));
  }

  @approval({ edits: z.tuple([z.number().int().min(1).max(10)]) })
  @step()
  async order(pieces: number) {
    return pieces * 250;
  }

  @approval({ quorum: 2, deciders: ['ben', 'cat'] })
  @step()
  async pay(cents: number) {
    return `paid ${cents}`;
  }
}

const flow = await DurableFlow.open(':memory:');
flow.register(Purchase, () => new Purchase());
const run = await flow.start(Purchase, 40);
await run.settled();
await flow.approve(flow.approvals()[0]!.id, { by: 'ann', edit: [4] });
await run.settled();
const [gate] = flow.approvals();
await flow.approve(gate!.id, { by: 'ann' }).catch((error: { code: string }) => console.log(`ann: ${error.code}`));
await flow.approve(gate!.id, { by: 'ben' });
console.log(`one yes: ${run.view().status}`);
await flow.approve(gate!.id, { by: 'cat' });
console.log(await run.result());
await flow.close();

/* It prints:
ann: DF_APPROVAL_FORBIDDEN
one yes: waiting
paid 1000
*/
