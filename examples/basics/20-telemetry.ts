// Every event goes to one sink, a function. jsonLines('telemetry.jsonl') is the one that writes a file.
import { DurableFlow, step, workflow, type TelemetryEvent } from 'durableflow';

@workflow({ name: 'count' })
class Count {
  tries = 0;

  async run(text: string) {
    return this.count(text);
  }

  @step({ retry: { initialDelay: '1ms' } })
  async count(text: string) {
    if (++this.tries === 1) throw new Error('not yet');
    return text.length;
  }
}

const events: TelemetryEvent[] = [];
const flow = await DurableFlow.open(':memory:', { telemetry: (event) => void events.push(event) });
flow.register(Count, () => new Count());
await (await flow.start(Count, 'hello')).result();
await flow.close();
for (const event of events) console.log(event.event, event.event === 'attempt.failed' ? event.error : '');

/* It prints:
run.started
run.claimed
attempt.started
attempt.failed Error: not yet
attempt.started
step.recorded
run.ended
*/
