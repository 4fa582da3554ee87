import type { EventCatalogue, EventName, TelemetryEvent } from './event-catalogue.js';

/** Takes events. It must not block; what it throws is ignored, because telemetry never harms a run. */
export type TelemetrySink = (event: TelemetryEvent) => void;

/** Hands events to a sink, best effort. */
export class Telemetry {
  readonly #sink: TelemetrySink | undefined;
  readonly #now: () => number;

  constructor(sink: TelemetrySink | undefined, now: () => number) {
    this.#sink = sink;
    this.#now = now;
  }

  emit<Name extends EventName>(
    event: Name,
    subject: { readonly id: string; readonly workflow: string } | undefined,
    fields: EventCatalogue[Name],
  ): void {
    if (!this.#sink) return;
    try {
      const result: unknown = this.#sink({
        time: this.#now(),
        event,
        ...(subject && { run: subject.id, workflow: subject.workflow }),
        ...fields,
      } as unknown as TelemetryEvent);
      // TypeScript takes an async function for a sink, too.
      if (result instanceof Promise) result.catch(() => {});
    } catch {
      // Best effort by contract.
    }
  }
}
