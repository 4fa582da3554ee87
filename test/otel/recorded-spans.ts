import { InMemorySpanExporter, BasicTracerProvider, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { openTelemetry, runIdGenerator, type OpenTelemetryOptions } from 'durableflow/otel';

/** A sink, and the spans that it has made and ended. */
export function recordedSpans(options: OpenTelemetryOptions & { readonly derivedIds?: boolean } = {}) {
  const { derivedIds = true, ...rest } = options;
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({
    ...(derivedIds && { idGenerator: runIdGenerator }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  const spans = () => exporter.getFinishedSpans();
  return {
    telemetry: openTelemetry({ tracerProvider, ...rest }),
    tracerProvider,
    spans,
    names: () => spans().map(({ name }) => name),
    span(name: string): ReadableSpan {
      const found = spans().filter((it) => it.name === name);
      if (found.length !== 1)
        throw new Error(
          `${found.length} spans have the name "${name}"; there are ${spans()
            .map((it) => it.name)
            .join(', ')}`,
        );
      return found[0]!;
    },
  };
}

export const lasted = ({ duration: [s, ns] }: ReadableSpan) => s * 1000 + ns / 1e6;
export const linksOf = ({ links }: ReadableSpan) =>
  links.map(({ context, attributes }) => ({ link: attributes?.['durableflow.link'], spanId: context.spanId, traceId: context.traceId }));
