import type { Database, Statement } from 'better-sqlite3';
import type { QueueCount, QueueLimit, QueueRecord } from '../store/index.js';

interface CountRow {
  readonly name: string;
  readonly pending: number;
  readonly running: number;
  readonly waiting: number;
  readonly concurrency: number | null;
  readonly rate_max: number | null;
  readonly rate_per: number | null;
  readonly key_concurrency: number | null;
  readonly key_rate_max: number | null;
  readonly key_rate_per: number | null;
}

const overLimit = (queue: string, sameKey: string, prefix: string) => `
  (${queue}.${prefix}concurrency <= (SELECT count(*) FROM runs AS other WHERE other.status = 'running' AND other.queue = runs.queue ${sameKey.replace('KEY', 'other.queue_key')}))
  OR (runs.epoch = 0 AND ${queue}.${prefix}rate_max <= (SELECT count(*) FROM queue_starts AS begun WHERE begun.queue = runs.queue AND begun.at > @at - ${queue}.${prefix}rate_per ${sameKey.replace('KEY', 'begun.key')}))`;

/** An SQL condition on `runs`: a limit of its queue stands in the way of this run now. Uses the parameter `@at`. */
export const blockedByQueue = `(runs.queue IS NOT NULL AND EXISTS (SELECT 1 FROM queues AS q WHERE q.name = runs.queue AND (
  ${overLimit('q', '', '')} OR ${overLimit('q', 'AND KEY IS runs.queue_key', 'key_')})))`;

/** The `queues` and `queue_starts` tables: limits that all processes keep to, and the starts that rates are counted from. */
export class QueueTable {
  readonly #define: Statement;
  readonly #begin: Statement;
  readonly #forget: Statement;
  readonly #nextSlot: Statement<[{ at: number }], { at: number | null }>;
  readonly #counts: Statement<[], CountRow>;

  constructor(db: Database) {
    this.#define = db.prepare(
      `INSERT OR REPLACE INTO queues (name, concurrency, rate_max, rate_per, key_concurrency, key_rate_max, key_rate_per)
       VALUES (@name, @concurrency, @rateMax, @ratePer, @keyConcurrency, @keyRateMax, @keyRatePer)`,
    );
    this.#begin = db.prepare(
      `INSERT INTO queue_starts (queue, at, run, key) SELECT queue, @at, row, queue_key FROM runs WHERE row = @row AND queue IS NOT NULL ON CONFLICT DO NOTHING`,
    );
    this.#forget = db.prepare(
      `DELETE FROM queue_starts WHERE queue = (SELECT queue FROM runs WHERE row = @row)
         AND at <= @at - (SELECT max(coalesce(rate_per, 0), coalesce(key_rate_per, 0)) FROM queues WHERE name = queue_starts.queue)`,
    );
    this.#nextSlot = db.prepare(
      // Whether anything is pending is asked last: without a queue that has a rate it need not be.
      `SELECT CASE WHEN min(at) IS NOT NULL AND EXISTS (SELECT 1 FROM runs WHERE status = 'pending' AND queue IS NOT NULL) THEN min(at) END AS at FROM (
         SELECT s.at + q.rate_per AS at FROM queue_starts AS s JOIN queues AS q ON q.name = s.queue WHERE s.at + q.rate_per > @at
         UNION ALL
         SELECT s.at + q.key_rate_per FROM queue_starts AS s JOIN queues AS q ON q.name = s.queue WHERE s.at + q.key_rate_per > @at)`,
    );
    this.#counts = db.prepare(
      `WITH counted AS (
         SELECT queue, sum(status = 'pending' OR (status = 'waiting' AND epoch = 0)) AS pending, sum(status = 'running') AS running, sum(status = 'waiting' AND epoch > 0) AS waiting
         FROM runs WHERE queue IS NOT NULL AND status IN ('pending', 'waiting', 'running') GROUP BY queue)
       SELECT names.name, coalesce(pending, 0) AS pending, coalesce(running, 0) AS running, coalesce(waiting, 0) AS waiting,
         concurrency, rate_max, rate_per, key_concurrency, key_rate_max, key_rate_per
       FROM (SELECT name FROM queues UNION SELECT queue FROM counted) AS names
         LEFT JOIN counted ON counted.queue = names.name LEFT JOIN queues ON queues.name = names.name ORDER BY names.name`,
    );
  }

  define({ name, all, perKey }: QueueRecord): void {
    this.#define.run({
      name,
      concurrency: all.concurrency ?? null,
      rateMax: all.rate?.max ?? null,
      ratePer: all.rate?.per ?? null,
      keyConcurrency: perKey.concurrency ?? null,
      keyRateMax: perKey.rate?.max ?? null,
      keyRatePer: perKey.rate?.per ?? null,
    });
  }

  /** Counts the first claim of a run against its queue's rate. */
  begin(row: number, at: number): void {
    this.#forget.run({ row, at });
    this.#begin.run({ row, at });
  }

  /** When, after this moment, a rate limit will let another pending run begin. */
  nextSlot(at: number): number | undefined {
    return this.#nextSlot.get({ at })?.at ?? undefined;
  }

  counts(): QueueCount[] {
    return this.#counts.all().map(({ name, pending, running, waiting, ...row }) => ({
      name,
      pending,
      running,
      waiting,
      all: limit(row.concurrency, row.rate_max, row.rate_per),
      perKey: limit(row.key_concurrency, row.key_rate_max, row.key_rate_per),
    }));
  }
}

function limit(concurrency: number | null, max: number | null, per: number | null): QueueLimit {
  return { concurrency: concurrency ?? undefined, rate: max === null || per === null ? undefined : { max, per } };
}
