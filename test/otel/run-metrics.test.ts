import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { approval, scriptedModel, sideEffect, sleep, step, workflow } from 'durableflow';
import { openTelemetry } from 'durableflow/otel';
import { expect, it } from 'vitest';
import { eventually } from '../fixtures/eventually.js';
import { openFlow } from '../fixtures/open-flow.js';
import { otlpReceiver, type attribute } from './otlp-receiver.js';

@workflow({ name: 'desk' })
class Desk {
  async run(what: 'works' | 'fails' | 'pays') {
    if (what === 'pays') return this.pay();
    await sleep('5ms');
    return this.ask(what);
  }

  @step({ retry: { maxAttempts: 2, initialDelay: 1 } })
  async ask(what: string) {
    if (what === 'fails') throw new Error('no');
    return (await scriptedModel(['Yes.']).complete({ messages: [{ role: 'user', content: 'May I?' }], maxTokens: 5 })).text;
  }

  @approval()
  @sideEffect({ idempotencyKey: () => 'invoice-1' })
  async pay() {}
}

interface Point {
  readonly attributes: Parameters<typeof attribute>[0]['attributes'];
  readonly asInt?: string | number;
  readonly asDouble?: number;
  readonly count?: string | number;
  readonly sum?: number;
}

it('are exported to a receiver, by workflow and method and never by run', async () => {
  const receiver = await otlpReceiver();
  const exporter = new OTLPMetricExporter({ url: `${receiver.url}/v1/metrics` });
  const meterProvider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })] });
  const telemetry = openTelemetry({ meterProvider });
  const flow = await openFlow(':memory:', { telemetry });
  let looks = 0;
  const unwatch = telemetry.watch({
    countRuns: () => (looks++, flow.countRuns()),
    approvals: () => flow.approvals(),
    queues: () => flow.queues(),
  });
  flow.register(Desk, () => new Desk());
  await (await flow.start(Desk, 'works', { id: 'the-id-of-a-run' })).result();
  await expect((await flow.start(Desk, 'fails')).result()).rejects.toThrow('no');
  await flow.start(Desk, 'pays');
  await eventually(() => flow.countRuns().waiting === 1);
  await meterProvider.forceFlush();

  const points = (name: string) =>
    receiver.metrics
      .filter((metric) => metric.name === name)
      .flatMap(({ sum, gauge, histogram }) => ((sum ?? gauge ?? histogram) as { dataPoints: readonly Point[] }).dataPoints);
  const value = (name: string, ...wanted: string[]) => {
    const found = points(name).filter((point) =>
      wanted.every((it) => point.attributes.some(({ value: { stringValue } }) => stringValue === it)),
    );
    return found.reduce((total, { asInt, asDouble, count }) => total + Number(asInt ?? asDouble ?? count), 0);
  };
  expect(value('durableflow.runs.started', 'desk')).toBe(3);
  expect(value('durableflow.runs.ended', 'completed')).toBe(1);
  expect(value('durableflow.runs.ended', 'failed')).toBe(1);
  expect(value('durableflow.runs.active')).toBe(0);
  expect(value('durableflow.call.duration', 'ask', 'returned')).toBe(1);
  expect(value('durableflow.call.duration', 'ask', 'threw')).toBe(1);
  expect(value('durableflow.attempts.failed', 'ask')).toBe(2);
  expect(value('durableflow.wait.duration', 'sleep')).toBe(2);
  expect(value('durableflow.run.lag')).toBeGreaterThan(0);
  expect(value('gen_ai.client.token.usage', 'output')).toBe(1);
  expect(value('gen_ai.client.operation.duration', 'chat')).toBe(1);
  expect(value('durableflow.approvals.pending')).toBe(1);
  expect(value('durableflow.runs', 'waiting')).toBe(1);
  expect(JSON.stringify(receiver.metrics)).not.toMatch(/the-id-of-a-run|May I|invoice-1/);

  await flow.close();
  await meterProvider.forceFlush();
  expect(looks).toBe(2);
  unwatch();
  await meterProvider.forceFlush();
  expect(looks).toBe(2);
  await meterProvider.shutdown();
  expect(receiver.refused).toEqual([]);
});
