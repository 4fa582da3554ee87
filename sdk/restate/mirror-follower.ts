import type { Ingress, RunAddress } from './ingress.js';
import type { Mirror } from './mirror.js';

/** How soon to look at all runs again, in milliseconds. */
const interval = 250;
/** A server with many runs is not kept busy by being looked at: at most this share of the time. */
const share = 5;
/** A server that is away is looked for less often, at most every so many milliseconds. */
const longest = 5_000;
/** How often a run that somebody waits for is looked at, if nothing else looks: at first, in milliseconds. */
const glance = 500;
/** Later, after half of the time that it has taken, but at least every so many milliseconds. */
const longestGlance = 2_000;
/** A run that has ended is looked at again so soon if its log does not say so yet, in milliseconds. */
const soon = 50;
/** Ends that are waited for by a request held open; for more, the looking must do. */
const mostAttached = 64;

/** A run that somebody waits for. */
interface Watched {
  readonly address: RunAddress;
  readonly since: number;
  lookAt: number;
  watchers: number;
}

/** Keeps a mirror up to date: by looking, and by waiting for the ends of those runs that somebody waits for. */
export class MirrorFollower {
  readonly #mirror: Mirror;
  readonly #ingress: Ingress;
  readonly #follow: boolean;
  readonly #watched = new Map<string, Watched>();
  #attached = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(mirror: Mirror, ingress: Ingress, follow: boolean) {
    this.#mirror = mirror;
    this.#ingress = ingress;
    this.#follow = follow;
    this.#lookIn(follow ? interval : glance);
  }

  /** Somebody waits for news of this run; returns how to end that. */
  watch(address: RunAddress): () => void {
    const { runId } = address;
    const known = this.#watched.get(runId);
    const now = Date.now();
    const watched: Watched = known ?? { address, since: now, lookAt: now + glance, watchers: 0 };
    watched.watchers++;
    this.#watched.set(runId, watched);
    if (!known && this.#attached < mostAttached) void this.#attach(address, () => this.#watched.get(runId) === watched);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      watched.watchers--;
      if (watched.watchers === 0 && this.#watched.get(runId) === watched) this.#watched.delete(runId);
    };
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** The server answers the moment the run has ended, with its log or not, which is then read. */
  async #attach(address: RunAddress, isWanted: () => boolean): Promise<void> {
    this.#attached++;
    try {
      while (isWanted() && !this.#closed) {
        const asked = Date.now();
        const over = await this.#ingress.waitForEnd(address).catch(() => ({ output: undefined }));
        if (this.#closed || !over) return;
        const log = over.output?.log;
        await (log ? this.#mirror.take(address, log) : this.#mirror.syncRuns([address])).catch(() => {});
        // Closed while it was looking: there is nothing left to read from.
        if (this.#closed || this.#mirror.hasEnded(address.runId)) return;
        if (Date.now() - asked < soon) await pause(glance);
      }
    } finally {
      this.#attached--;
    }
  }

  /** A run that is soon over costs no look: its end is told. */
  #due(now: number): RunAddress[] {
    const due = [...this.#watched.values()].filter(({ lookAt }) => lookAt <= now);
    for (const run of due) run.lookAt = now + Math.min(Math.max(glance, (now - run.since) / 2), longestGlance);
    return due.map(({ address }) => address);
  }

  #lookIn(delay: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#look(delay), delay);
    // Whoever waits for a run has a flow that is open, and that keeps the process alive.
    this.#timer.unref();
  }

  async #look(delay: number): Promise<void> {
    const began = Date.now();
    try {
      if (this.#follow) await this.#mirror.sync();
      else await this.#mirror.syncRuns(this.#due(began));
      this.#lookIn(Math.max(this.#follow ? interval : glance, (Date.now() - began) * share));
    } catch {
      // The server is away: what is known stays to be read, and it is looked for again.
      this.#lookIn(Math.min(Math.max(delay, interval) * 2, longest));
    }
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms).unref());
