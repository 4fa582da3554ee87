import type { TelemetryEvent } from '../../sdk/telemetry/index.js';

/** Notices when the body of a call begins although its outcome is on record. */
export class RerunWatch {
  readonly found: string[] = [];
  /** By run: the calls that are on record. */
  readonly #recorded = new Map<string, Set<number>>();

  recorded(runId: string, call: number): void {
    const calls = this.#recorded.get(runId);
    if (calls) calls.add(call);
    else this.#recorded.set(runId, new Set([call]));
  }

  hear(event: TelemetryEvent): void {
    if (event.event !== 'attempt.started' || event.run === undefined) return;
    if (this.#recorded.get(event.run)?.has(event.call))
      this.found.push(`${event.run}: ${event.method} (call ${event.call}) was on record and began again`);
  }
}
