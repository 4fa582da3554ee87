import { setImmediate as nextTurn, setTimeout as realTime } from 'node:timers/promises';
import { milliseconds, type Duration } from '../definition/duration.js';
import { DurableFlowError } from '../errors/index.js';
import type { Clock } from './clock.js';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** So many event-loop turns without a sign of life mean that the engine waits for time to pass. */
const quietTurns = 6;
/** How long, in real milliseconds, `until` waits for something other than time before it gives up. */
const patience = 2000;

/**
 * A clock for tests that stands still until it is told to go on, so that `sleep('3d')` takes no time. Each flow may have
 * its own, so tests can run in parallel.
 *
 * @example
 * ```ts
 * import { DurableFlow, sleep, VirtualClock, workflow } from 'durableflow';
 *
 * @workflow({ name: 'reminder' })
 * class Reminder {
 *   async run() {
 *     await sleep('3d');
 *     return 'sent';
 *   }
 * }
 *
 * const clock = new VirtualClock('2030-01-01T00:00:00Z');
 * const flow = await DurableFlow.open(':memory:', { clock });
 * flow.register(Reminder, () => new Reminder());
 * const run = await flow.start(Reminder);
 * console.log(await clock.until(run.result())); // sent
 * console.log(new Date(clock.now()).toISOString()); // 2030-01-04T00:00:00.000Z
 * await flow.close();
 * ```
 */
export class VirtualClock implements Clock {
  readonly #timers = new Set<Timer>();
  #now: number;
  #busy = 0;
  #signsOfLife = 0;

  /** @param start what `now()` says at first; default: the real time */
  constructor(start: string | number | Date = Date.now()) {
    this.#now = new Date(start).getTime();
    if (Number.isNaN(this.#now)) throw new DurableFlowError('DF_INVALID_INPUT', `${String(start)} is not a moment in time`);
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    this.#signsOfLife++;
    const timer: Timer = { at: this.#now + Math.max(ms, 0), callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  busy(): () => void {
    this.#busy++;
    this.#signsOfLife++;
    return () => {
      this.#busy--;
      this.#signsOfLife++;
    };
  }

  /** Lets this much time pass: every timer that is due on the way fires at its moment, and what it causes happens before the next. */
  async advance(duration: Duration): Promise<void> {
    const target = this.#now + milliseconds(duration, 'the argument of advance()');
    await this.#quiet();
    for (let timer = this.#next(); timer && timer.at <= target; timer = this.#next()) {
      this.#fire(timer);
      await this.#quiet();
    }
    this.#now = Math.max(this.#now, target);
  }

  /**
   * Lets as much time pass as it takes for the promise to settle. Throws `DF_INVALID_INPUT` if time alone will not do it:
   * somebody has to approve or send something.
   */
  async until<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const settle = () => void (settled = true);
    promise.then(settle, settle);
    for (let idle = 0; !settled;) {
      await this.#quiet();
      if (settled) break;
      const timer = this.#next();
      if (timer) {
        idle = 0;
        this.#fire(timer);
      } else if (idle++ > patience) {
        throw new DurableFlowError(
          'DF_INVALID_INPUT',
          'until() was given a promise that does not depend on time: the run waits for somebody to decide or send something',
        );
      } else await realTime(1);
    }
    return promise;
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (!next || timer.at < next.at) next = timer;
    return next;
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer);
    this.#now = Math.max(this.#now, timer.at);
    timer.callback();
  }

  /** Resolves when no body is being executed and the engine has gone as far as it can; or a body hangs, and only time can end it. */
  async #quiet(): Promise<void> {
    for (let turns = 0, hanging = 0, seen = this.#signsOfLife; turns < quietTurns && hanging < patience; turns++) {
      if (this.#busy > 0) await realTime(1);
      else await nextTurn();
      if (seen !== this.#signsOfLife) hanging = 0;
      else if (this.#busy > 0) hanging++;
      else continue;
      turns = 0;
      seen = this.#signsOfLife;
    }
  }
}
