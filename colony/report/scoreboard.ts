import { createLogUpdate } from 'log-update';
import picocolors from 'picocolors';
import type { ArmId } from '../arm.js';
import type { Snapshot } from './snapshot.js';
import { scoreLine, scoreTable, type Score } from './scoreboard-text.js';
import { viewArm } from './view-pair.js';

export interface ScoreboardOptions {
  /** Where it is written; standard error by default, so that results can be piped. */
  readonly stream?: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  /** The k of the arms with k retries. */
  readonly retries: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

const redrawMs = 100;
const lineMs = 5_000;

/**
 * Shows how the arms stand while they run: a line an arm that is redrawn in place on a terminal, at most ten times a second,
 * and elsewhere a line every five seconds. `update` it with snapshots, and `end` it.
 */
export class Scoreboard {
  readonly #latest = new Map<ArmId, Snapshot>();
  readonly #times = new Map<ArmId, { readonly began: number; ended: number | undefined }>();
  readonly #stream: NonNullable<ScoreboardOptions['stream']>;
  readonly #retries: number;
  readonly #now: () => number;
  readonly #redraw: ReturnType<typeof createLogUpdate> | undefined;
  readonly #colors: ReturnType<typeof picocolors.createColors>;
  #nextAt = -Infinity;
  #isOver = false;

  constructor({ stream = process.stderr, retries, now = () => performance.now() }: ScoreboardOptions) {
    this.#stream = stream;
    this.#retries = retries;
    this.#now = now;
    this.#redraw = stream.isTTY ? createLogUpdate(stream) : undefined;
    this.#colors = picocolors.createColors(stream.isTTY === true && picocolors.isColorSupported);
  }

  /** Takes a snapshot of an arm; nearly free between two drawings. */
  update(snapshot: Snapshot): void {
    const now = this.#now();
    this.#latest.set(snapshot.arm, snapshot);
    const times = this.#times.get(snapshot.arm);
    if (!times) this.#times.set(snapshot.arm, { began: now, ended: undefined });
    else if (times.ended === undefined && snapshot.done >= snapshot.total) times.ended = now;
    if (now < this.#nextAt) return;
    if (this.#redraw) {
      this.#nextAt = now + redrawMs;
      this.#redraw(this.#table(now));
    } else if (this.#nextAt === -Infinity) {
      // The first snapshot tells nothing yet.
      this.#nextAt = now + lineMs;
    } else {
      this.#nextAt = now + lineMs;
      this.#stream.write(`${scoreLine(this.#score(snapshot, now))}\n`);
    }
  }

  /** Draws how all arms ended, and gives the terminal back; once, however often it is asked. */
  end(): void {
    const now = this.#now();
    if (this.#latest.size === 0 || this.#isOver) return;
    this.#isOver = true;
    if (this.#redraw) {
      this.#redraw(this.#table(now));
      this.#redraw.done();
    } else for (const snapshot of this.#latest.values()) this.#stream.write(`${scoreLine(this.#score(snapshot, now))}\n`);
  }

  #table(now: number): string {
    const scores = [...this.#latest.values()].map((it) => this.#score(it, now));
    return scoreTable(scores, this.#stream.columns ?? 80, this.#colors);
  }

  #score(snapshot: Snapshot, now: number): Score {
    const { began, ended } = this.#times.get(snapshot.arm)!;
    const { done, total } = snapshot;
    const took = (ended ?? now) - began;
    return {
      ...snapshot,
      name: viewArm(snapshot.arm, this.#retries).name,
      share: total === 0 ? 1 : Math.min(1, done / total),
      tookMs: took,
      leftMs: done >= total ? 0 : done === 0 ? undefined : (took / done) * (total - done),
    };
  }
}
