import type { EventCatalogue, EventName, TelemetryEvent } from './event-catalogue.js';
import { redactSecrets } from './redact-secrets.js';

/** Where in which run an attempt is made. */
export interface AttemptPlace {
  readonly run: string;
  readonly call: number;
}

/** Takes events. It must not block; what it throws is ignored, because telemetry never harms a run. */
export interface TelemetrySink {
  (event: TelemetryEvent): void;
  /**
   * Calls the body of an attempt, once and at once. For sinks that have something to put up around it, such as a context that
   * code in the body shall see; most have not.
   */
  readonly around?: (place: AttemptPlace, body: () => void) => void;
}

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

  /** Whether anybody listens. */
  get isOn(): boolean {
    return this.#sink !== undefined;
  }

  /** Calls the body of an attempt, in whatever the sink puts up around it. What the sink itself throws is ignored, and the body is called but once. */
  around<T>(run: string, call: number, body: () => T): T {
    if (!this.#sink?.around) return body();
    let outcome: { readonly value: T } | { readonly error: unknown } | undefined;
    const once = () => {
      if (outcome) return;
      try {
        outcome = { value: body() };
      } catch (error) {
        outcome = { error };
      }
    };
    try {
      this.#sink.around({ run, call }, once);
    } catch {
      // Best effort by contract.
    }
    once();
    if ('error' in outcome!) throw outcome.error;
    return outcome!.value;
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
