/**
 * Runs as OpenTelemetry traces and metrics, by way of its API alone (https://opentelemetry.io).
 *
 * @module durableflow/otel
 */
export { openTelemetry, type OpenTelemetryOptions, type OpenTelemetrySink } from './open-telemetry.js';
export { runIdGenerator, traceIdOf, type IdGenerator } from './run-ids.js';
export type { WatchedFlow } from './watched-flow.js';
