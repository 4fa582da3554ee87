import type { TelemetryEvent } from 'durableflow';
import type { RunOnDisk } from './stage.js';

/** Remembers what every process did, and what was on disk when one of them died. */
export class Witness {
  readonly #events: TelemetryEvent[] = [];
  /** By step, how many events had been seen when it was found on disk. */
  readonly #foundOnDisk = new Map<string, number>();

  saw(event: TelemetryEvent): void {
    this.#events.push(event);
  }

  /** Reads the file right after a kill: what is there must never run again. */
  readDisk(runs: readonly RunOnDisk[]): void {
    for (const { id, steps } of runs) for (const { call } of steps) this.#note(`${id} ${call}`);
  }

  /** How often the body of a step was begun, in any process. */
  executions(run: string, call: number): number {
    return this.#events.filter((it) => it.event === 'attempt.started' && it.run === run && it.call === call).length;
  }

  /** Recorded outcomes that a resumed run was given instead of an execution. */
  replayed(): { readonly run: string; readonly call: number; readonly method: string }[] {
    return this.#events.flatMap((it) => (it.event === 'step.replayed' ? [{ run: it.run!, call: it.call, method: it.method }] : []));
  }

  /** Steps that were on disk at a kill: how many there were, and how many of them were executed afterwards. */
  safeSteps(): { readonly found: number; readonly executedAgain: number } {
    const executedAgain = this.#events.filter(
      (it, index) => it.event === 'attempt.started' && index >= (this.#foundOnDisk.get(`${it.run} ${it.call}`) ?? Infinity),
    ).length;
    return { found: this.#foundOnDisk.size, executedAgain };
  }

  #note(step: string): void {
    if (!this.#foundOnDisk.has(step)) this.#foundOnDisk.set(step, this.#events.length);
  }
}
