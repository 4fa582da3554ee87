// A history is a test: does the class of today still ask for what was on record? patched() keeps it so.
import { DurableFlow, patched, replayHistory, step, workflow } from 'durableflow';

@workflow({ name: 'order' })
class Order {
  async run(item: string) {
    return this.ship(item);
  }

  @step()
  async ship(item: string) {
    return `${item} is on its way`;
  }

  @step()
  async check(item: string) {
    return item.length > 0;
  }
}

@workflow({ name: 'order' })
class ChecksFirst extends Order {
  override async run(item: string) {
    await this.check(item);
    return this.ship(item);
  }
}

@workflow({ name: 'order' })
class ChecksNewOnes extends Order {
  override async run(item: string) {
    // False for a run that had come past this place before the change.
    if (patched('check-first')) await this.check(item);
    return this.ship(item);
  }
}

const flow = await DurableFlow.open(':memory:');
flow.register(Order, () => new Order());
await (await flow.start(Order, 'bell', { id: 'o-1' })).result();
const history = flow.exportHistory('o-1');
for (const Changed of [ChecksFirst, ChecksNewOnes]) {
  const { divergence } = await replayHistory(Changed, () => new Changed(), history);
  console.log(
    divergence
      ? `${Changed.name} asks for ${divergence.asked?.name}, and ${divergence.recorded?.name} is on record`
      : `${Changed.name} still replays`,
  );
}
await flow.close();

/* It prints:
ChecksFirst asks for check, and ship is on record
ChecksNewOnes still replays
*/
