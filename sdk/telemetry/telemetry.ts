import type { EventCatalogue, EventName, TelemetryEvent } from './event-catalogue.js';
import { redactSecrets } from './redact-secrets.js';

/** Takes events. It must not block; what it throws is ignored, because telemetry never harms a run. */
export type TelemetrySink = (event: TelemetryEvent) => void;

/** Fields that hold what somebody else has said, such as the text of an error. */
const foreignWords = new Set(['error', 'message', 'issues']);

/** Hands events to a sink, best effort. Telemetry leaves the machine, so secrets are taken out of what others have said. */
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
        ...clean(fields),
      } as unknown as TelemetryEvent);
      // TypeScript takes an async function for a sink, too.
      if (result instanceof Promise) result.catch(() => {});
    } catch {
      // Best effort by contract.
    }
  }
}

function clean(fields: object): object {
  if (!Object.keys(fields).some((name) => foreignWords.has(name))) return fields;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]: [string, unknown]) => [
      name,
      foreignWords.has(name) && typeof value === 'string' ? redactSecrets(value) : value,
    ]),
  );
}
