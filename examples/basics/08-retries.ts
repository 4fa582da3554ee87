// A failed attempt is made again, more patiently each time; what cannot get better is a FatalError and is not.
import { DurableFlow, FatalError, step, workflow } from 'durableflow';
import { z } from 'zod';

@workflow({ name: 'weather' })
class Weather {
  attempts = 0;

  async run(city: string) {
    return this.look(city);
  }

  @step({ timeout: '2s', retry: { maxAttempts: 4, initialDelay: '1ms' }, output: z.object({ degrees: z.number() }) })
  async look(city: string) {
    if (city === '') throw new FatalError('no city was named');
    if (++this.attempts === 1) throw new Error('503');
    // The second answer is no number: the schema refuses it, which is a failed attempt like any other.
    return { degrees: (this.attempts === 2 ? 'mild' : 12) as number };
  }
}

const flow = await DurableFlow.open(':memory:');
flow.register(Weather, () => new Weather());
const run = await flow.start(Weather, 'Oslo', { id: 'oslo' });
console.log((await run.result()).degrees, 'after', flow.show('oslo').steps[0]?.attempts, 'attempts');
const { status, error } = await (await flow.start(Weather, '', { id: 'nowhere' })).settled();
console.log(status, (error as Error).message, 'after', flow.show('nowhere').steps[0]?.attempts, 'attempt');
await flow.close();

/* It prints:
12 after 3 attempts
failed no city was named after 1 attempt
*/
