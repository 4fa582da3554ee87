// run() is called again on each resume and must go the same way: time and chance come from the engine.
import { DurableFlow, now, random, uuid, workflow } from 'durableflow';

@workflow({ name: 'raffle' })
class Raffle {
  async run(names: string[]) {
    const winner = names[Math.floor(random() * names.length)]!;
    return { winner, ticket: uuid(), drawnAt: now() };
  }
}

@workflow({ name: 'unfair-raffle' })
class UnfairRaffle {
  async run(names: string[]) {
    return names[Math.floor(Math.random() * names.length)]!;
  }
}

const flow = await DurableFlow.open(':memory:', { guard: 'error' });
flow.register(Raffle, () => new Raffle()).register(UnfairRaffle, () => new UnfairRaffle());
const { winner, ticket, drawnAt } = await (await flow.start(Raffle, ['ann'])).result();
console.log(winner, ticket.length, drawnAt instanceof Date);
const { error } = await (await flow.start(UnfairRaffle, ['ann', 'bob'])).settled();
console.log((error as { code: string }).code);
await flow.close();

/* It prints:
ann 36 true
DF_NONDETERMINISTIC
*/
