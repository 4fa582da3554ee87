// A run that waits for days, or for a message, takes no memory. A virtual clock makes this instant.
import { DurableFlow, signal, sleep, VirtualClock, workflow } from 'durableflow';
import { z } from 'zod';

@workflow({ name: 'trial' })
class Trial {
  async run(customer: string) {
    await sleep('14d');
    const { plan } = await signal(z.object({ plan: z.enum(['small', 'large']) }), 'chosen', { timeout: '7d' });
    return `${customer} took the ${plan} plan`;
  }
}

const clock = new VirtualClock('2030-01-01T00:00:00Z');
const flow = await DurableFlow.open(':memory:', { clock });
flow.register(Trial, () => new Trial());
const run = await flow.start(Trial, 'ann', { id: 'ann' });
await clock.advance('15d');
console.log(run.view().status, 'for', flow.standing('ann').waits[0]?.name);
await flow.signal('ann', 'chosen', { plan: 'large' });
console.log(await clock.until(run.result()));
console.log(new Date(clock.now()).toISOString().slice(0, 10));
await flow.close();

/* It prints:
waiting for signal:chosen
ann took the large plan
2030-01-16
*/
