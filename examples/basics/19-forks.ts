// A run can be made again from one of its calls on, with what came before it taken over from the record.
import { DurableFlow, step, workflow } from 'durableflow';

const prices = { bell: 12 };

@workflow({ name: 'offer' })
class Offer {
  async run(item: 'bell') {
    const stock = await this.count(item);
    const price = await this.price(item);
    return `${stock} at ${price}`;
  }

  @step()
  async count(item: string) {
    console.log(`counting every ${item}`);
    return 7;
  }

  @step()
  async price(item: 'bell') {
    return prices[item];
  }
}

const flow = await DurableFlow.open(':memory:');
flow.register(Offer, () => new Offer());
console.log(await (await flow.start(Offer, 'bell', { id: 'monday' })).result());
prices.bell = 14;
const again = await flow.fork('monday', { fromCall: 1, id: 'tuesday' });
console.log(await again.result());
console.log(
  flow
    .compare('monday', 'tuesday')
    .map(({ call }) => `they differ at call ${call}`)
    .join(),
);
await flow.close();

/* It prints:
counting every bell
7 at 12
7 at 14
they differ at call 1
*/
