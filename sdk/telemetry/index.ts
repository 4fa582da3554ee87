export type { EventCatalogue, EventName, TelemetryEvent } from './event-catalogue.js';
export { jsonLines } from './json-lines.js';
export { Telemetry, type TelemetrySink } from './telemetry.js';
