// A step is recorded when it returns: the run's journal holds what each call came to.
import { DurableFlow, step, workflow } from 'durableflow';

@workflow({ name: 'greeter' })
class Greeter {
  async run(name: string) {
    const greeting = await this.translate('hello');
    return this.join(greeting, name);
  }

  @step()
  async translate(word: string) {
    return word === 'hello' ? 'god dag' : word;
  }

  @step()
  async join(greeting: string, name: string) {
    return `${greeting}, ${name}`;
  }
}

const flow = await DurableFlow.open(':memory:');
flow.register(Greeter, () => new Greeter());
const run = await flow.start(Greeter, 'Ada', { id: 'first' });
console.log(await run.result());
for (const { call, method, value } of flow.show('first').steps) console.log(`call ${call}: ${method} returned`, value);
await flow.close();

/* It prints:
god dag, Ada
call 0: translate returned god dag
call 1: join returned god dag, Ada
*/
