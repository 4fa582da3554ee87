import { hash, randomBytes } from 'node:crypto';
import type { Span, SpanContext } from '@opentelemetry/api';

/** What an OpenTelemetry SDK asks for the ids of new traces and spans. */
export interface IdGenerator {
  generateTraceId(): string;
  generateSpanId(): string;
}

type Ids = Pick<SpanContext, 'traceId' | 'spanId'>;

/** The ids of the span that is just being started. */
let wanted: Ids | undefined;

/**
 * Give it to the tracer provider, so that the spans of a run get ids that every process can tell: then the run is one tree over
 * all processes that had it, its links lead to spans that exist, and the children of a process that was killed find their parent.
 * Any other span gets random ids.
 *
 * @example
 * ```ts
 * import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
 * import { runIdGenerator } from 'durableflow/otel';
 * const tracerProvider = new BasicTracerProvider({ idGenerator: runIdGenerator });
 * await tracerProvider.shutdown();
 * ```
 */
export const runIdGenerator: IdGenerator = {
  generateTraceId: () => wanted?.traceId ?? randomBytes(16).toString('hex'),
  generateSpanId: () => wanted?.spanId ?? randomBytes(8).toString('hex'),
};

/** Starts a span with these ids, if the provider has the generator. */
export function startWith(ids: Ids, start: () => Span): Span {
  wanted = ids;
  try {
    return start();
  } finally {
    wanted = undefined;
  }
}

/**
 * The id of a run's trace, to look it up by: it is made of the run's id, and of the `namespace` that `openTelemetry` was given.
 *
 * @example
 * ```ts
 * import { traceIdOf } from 'durableflow/otel';
 * console.log(traceIdOf('ticket-17')); // 9245ccd44303093fa389283e858f4fb3
 * ```
 */
export const traceIdOf = (runId: string, namespace = ''): string => hashed('run', namespace, runId).slice(0, 32);

/** Which spans of a run there are: the run itself, a process's time with it, a call, or what a call waited for. */
export type SpanPlace =
  | readonly ['run']
  | readonly ['life', epoch: number]
  | readonly ['call', call: number]
  | readonly ['wait', call: number, kind: string, since: number];

/** The same for everybody who knows the run. */
export function spanContextOf(traceId: string, place: SpanPlace, traceFlags: number): SpanContext {
  return { traceId, spanId: hashed(traceId, ...place.map(String)).slice(0, 16), traceFlags, isRemote: true };
}

/** Whether a trace is among the part that is to be kept. */
export const isSampled = (traceId: string, ratio: number): boolean => parseInt(traceId.slice(0, 13), 16) / 2 ** 52 < ratio;

function hashed(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts));
}
