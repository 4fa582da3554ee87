import type { PlannerTarget } from '../target.js';
import { probeTarget } from './probe-target.js';
import type { TargetHealth } from './target-health.js';

/** How often targets are asked whether they are there. */
export interface ProbeOptions {
  readonly everyMs: number;
  /** Default 2000. */
  readonly timeoutMs?: number;
}

/** Asks targets again and again whether they are there, so that a plan knows it before a request has to find out. */
export class HealthProbes implements Disposable {
  readonly #targets: readonly PlannerTarget[];
  readonly #health: TargetHealth;
  readonly #timeoutMs: number | undefined;
  readonly #timer: NodeJS.Timeout;
  #round: Promise<void> | undefined;
  #stopped = false;

  /** Begins at once, and goes on until it is stopped; it keeps no process alive. */
  constructor(targets: readonly PlannerTarget[], health: TargetHealth, { everyMs, timeoutMs }: ProbeOptions) {
    this.#targets = targets.filter(({ enabled, baseUrl }) => enabled && baseUrl !== undefined);
    this.#health = health;
    this.#timeoutMs = timeoutMs;
    this.#timer = setInterval(() => void this.round(), everyMs).unref();
    void this.round();
  }

  /** Asks all of them once; resolves when each has answered or not. A round that is under way is not begun again. */
  round(): Promise<void> {
    this.#round ??= Promise.all(
      this.#targets.map(async (target) => {
        const answered = await probeTarget(target, this.#timeoutMs);
        if (answered !== undefined && !this.#stopped) this.#health.probed(target.id, answered);
      }),
    ).then(() => (this.#round = undefined));
    return this.#round;
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}
