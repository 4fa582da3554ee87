import { context, metrics, trace, type MeterProvider, type TracerProvider } from '@opentelemetry/api';
import { DurableFlowError } from '../errors/index.js';
import type { TelemetryEvent, TelemetrySink } from '../telemetry/index.js';
import { RunMetrics } from './run-metrics.js';
import { RunSpans } from './run-spans.js';
import { watchFlow, type WatchedFlow } from './watched-flow.js';

/** Options of `openTelemetry`. */
export interface OpenTelemetryOptions {
  /** Makes the spans. Default: the global one. */
  readonly tracerProvider?: TracerProvider;
  /** Makes the instruments. Default: the global one. */
  readonly meterProvider?: MeterProvider;
  /** Goes into the ids of traces. Files whose runs have the same ids and whose traces go to the same place need different ones. Default: none. */
  readonly namespace?: string;
  /** The part of all runs that is traced, from 0 to 1. All processes decide alike on a run. Metrics count every run. Default 1. */
  readonly sampleRatio?: number;
  /** Also put idempotency keys and the names of deciders on spans. Prompts, answers and arguments are in no span at all. Default false. */
  readonly details?: boolean;
}

/** A sink that makes traces and metrics. */
export interface OpenTelemetrySink extends TelemetrySink {
  readonly around: NonNullable<TelemetrySink['around']>;
  /**
   * Measures the file as a whole whenever metrics are collected: runs by status, approvals that wait, queues. One process a file
   * is enough. Returns what ends it; a flow that is closed is not measured any more.
   */
  watch(flow: WatchedFlow): () => void;
}

const scope = 'durableflow';

/**
 * A sink for `DurableFlow.open({ telemetry })` that makes an OpenTelemetry trace of each run, over all processes that have a part
 * in it, and metrics. Code in the body of a step sees the step's span as the active one, if a context manager is there.
 *
 * Throws `DF_INVALID_INPUT` for a `sampleRatio` that is none.
 *
 * @example
 * ```ts
 * import { DurableFlow, step, workflow } from 'durableflow';
 * import { openTelemetry, runIdGenerator, traceIdOf } from 'durableflow/otel';
 * import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
 *
 * @workflow({ name: 'greeter' })
 * class Greeter {
 *   run(name: string) {
 *     return this.greet(name);
 *   }
 *
 *   @step()
 *   async greet(name: string) {
 *     return `Hello, ${name}.`;
 *   }
 * }
 *
 * const exporter = new InMemorySpanExporter();
 * const tracerProvider = new BasicTracerProvider({ idGenerator: runIdGenerator, spanProcessors: [new SimpleSpanProcessor(exporter)] });
 * const flow = await DurableFlow.open(':memory:', { telemetry: openTelemetry({ tracerProvider }) });
 * flow.register(Greeter, () => new Greeter());
 * await (await flow.start(Greeter, 'Ada', { id: 'g-1' })).result();
 * await flow.close();
 *
 * const spans = exporter.getFinishedSpans();
 * console.log(spans.map(({ name }) => name).join(', ')); // step greet, life greeter, run greeter
 * console.log(spans.every((span) => span.spanContext().traceId === traceIdOf('g-1'))); // true
 * ```
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): OpenTelemetrySink {
  const { sampleRatio = 1, namespace = '', details = false } = options;
  if (!(sampleRatio >= 0 && sampleRatio <= 1))
    throw new DurableFlowError('DF_INVALID_INPUT', `sampleRatio must be from 0 to 1, not ${String(sampleRatio)}`);
  const meter = (options.meterProvider ?? metrics.getMeterProvider()).getMeter(scope);
  const spans = new RunSpans((options.tracerProvider ?? trace.getTracerProvider()).getTracer(scope), { namespace, sampleRatio, details });
  const runMetrics = new RunMetrics(meter);
  const sink = (event: TelemetryEvent) => {
    runMetrics.take(event);
    spans.take(event);
  };
  return Object.assign(sink, {
    around: ({ run, call }: { readonly run: string; readonly call: number }, body: () => void) => {
      const within = spans.contextOf(run, call);
      if (within) context.with(within, body);
      else body();
    },
    watch: (flow: WatchedFlow) => watchFlow(meter, flow),
  });
}
