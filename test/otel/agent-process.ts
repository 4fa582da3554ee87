// Takes up the run of a file and tells a receiver: `agent-process.ts FILE URL CUT`. With CUT it hangs in the body of `answer`.
import { DurableFlow, scriptedModel, sleep, step, workflow } from 'durableflow';
import { openTelemetry, runIdGenerator } from 'durableflow/otel';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

const [file = '', url = '', cut] = process.argv.slice(2);

@workflow({ name: 'triage' })
class Triage {
  async run(mail: string) {
    const topic = await this.classify(mail);
    await sleep('300ms');
    return this.answer(topic);
  }

  @step()
  async classify(mail: string) {
    return mail.split(' ')[0];
  }

  @step()
  async answer(topic: string | undefined) {
    const { text } = await scriptedModel([`About ${topic}: done.`]).complete({
      messages: [{ role: 'user', content: 'the secret prompt' }],
      maxTokens: 10,
    });
    if (cut) await new Promise(() => {});
    return text;
  }
}

const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces` });
const tracerProvider = new BasicTracerProvider({
  idGenerator: runIdGenerator,
  spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: 20 })],
});
const flow = await DurableFlow.open(file, { telemetry: openTelemetry({ tracerProvider }), guard: 'error' });
flow.register(Triage, () => new Triage());
const run = await flow.start(Triage, 'Refund my order', { id: 'ticket-17' });
console.log(await run.result());
await flow.close();
await tracerProvider.shutdown();
