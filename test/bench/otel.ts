import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { DurableFlow, step, workflow, type TelemetrySink } from 'durableflow';
import { openTelemetry, runIdGenerator } from 'durableflow/otel';

// Processor time a step, so that other work on the machine counts little: without a sink, with one that does nothing, and with
// traces and metrics through an SDK whose exporter throws everything away.

const stepsPerRun = 10;
const runsPerRound = 300;
const rounds = 12;

@workflow({ name: 'bench' })
class Bench {
  async run(steps: number): Promise<number> {
    let sum = 0;
    for (let i = 0; i < steps; i++) sum += await this.work(i);
    return sum;
  }

  @step()
  async work(i: number) {
    return i;
  }
}

/** Microseconds of processor time a step. */
async function round(telemetry: TelemetrySink | undefined, flush: () => Promise<void>): Promise<number> {
  const flow = await DurableFlow.open(':memory:', { ...(telemetry && { telemetry }) });
  flow.register(Bench, () => new Bench());
  const before = process.cpuUsage();
  let left = runsPerRound;
  const lane = async () => {
    while (left-- > 0) await (await flow.start(Bench, stepsPerRun)).result();
  };
  await Promise.all(Array.from({ length: 32 }, lane));
  // What a sink has put off is its cost, and not the next one's.
  await flush();
  const { user, system } = process.cpuUsage(before);
  await flow.close();
  return (user + system) / (runsPerRound * stepsPerRun);
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Prints the table of docs/telemetry.md. */
export async function printOtel(): Promise<void> {
  const nowhere = { export: (_spans: unknown, done: (result: { code: number }) => void) => done({ code: 0 }), shutdown: async () => {} };
  const tracerProvider = new BasicTracerProvider({
    idGenerator: runIdGenerator,
    spanProcessors: [new BatchSpanProcessor(nowhere, { maxQueueSize: 100_000 })],
  });
  const full = openTelemetry({ tracerProvider, meterProvider: new MeterProvider() });
  const sampled = openTelemetry({ tracerProvider, meterProvider: new MeterProvider(), sampleRatio: 0 });
  const sinks: Readonly<Record<string, TelemetrySink | undefined>> = {
    'no sink': undefined,
    'a sink that does nothing': () => {},
    'metrics alone (sampleRatio 0)': sampled,
    'traces and metrics': full,
  };
  const found = Object.keys(sinks).map((name) => ({ name, times: [] as number[] }));
  // The first round is for the compiler.
  for (let i = 0; i <= rounds; i++) {
    // One has the memory of the one before to clear away, so each follows each.
    for (const { name, times } of i % 2 ? found : found.toReversed()) {
      const time = await round(sinks[name], () => tracerProvider.forceFlush());
      if (i > 0) times.push(time);
    }
  }
  const off = median(found[0]!.times);
  for (const { name, times } of found)
    console.log(`${name.padEnd(32)} ${median(times).toFixed(1).padStart(7)} µs a step  ${(median(times) / off).toFixed(2)}`);
  await tracerProvider.shutdown();
}
