export type { EventCatalogue, EventName, TelemetryEvent } from './event-catalogue.js';
export { jsonLines } from './json-lines.js';
export { Telemetry, type AttemptPlace, type TelemetrySink } from './telemetry.js';
