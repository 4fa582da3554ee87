// A queue limits how many runs of a class are executed at once, in all processes that share the file.
import { setTimeout as pause } from 'node:timers/promises';
import { DurableFlow, step, workflow } from 'durableflow';

let atOnce = 0;
let most = 0;

@workflow({ name: 'scan' })
class Scan {
  async run(page: number) {
    return this.scan(page);
  }

  @step()
  async scan(page: number) {
    most = Math.max(most, ++atOnce);
    await pause(5);
    atOnce--;
    return page;
  }
}

const flow = await DurableFlow.open(':memory:');
flow.register(Scan, () => new Scan(), { queue: { concurrency: 2 } });
const runs = await Promise.all([1, 2, 3, 4, 5, 6].map((page) => flow.start(Scan, page, { attributes: { book: 'atlas' } })));
console.log((await Promise.all(runs.map((run) => run.result()))).join(' '));
console.log(`${most} at once; ${flow.runs({ attributes: { book: 'atlas' } }).length} runs found by their attribute`);
await flow.close();

/* It prints:
1 2 3 4 5 6
2 at once; 6 runs found by their attribute
*/
