import type { Database, Statement } from 'better-sqlite3';
import type { ScheduleRecord } from '../store/index.js';

type Row = Omit<ScheduleRecord, 'timezone'> & { readonly timezone: string | null };

/** The `schedules` table: runs to be started again and again. */
export class ScheduleTable {
  readonly #define: Statement;
  readonly #remove: Statement;
  readonly #advance: Statement;
  readonly #all: Statement<[], Row>;

  constructor(db: Database) {
    // The same definition again must not move the next start.
    this.#define = db.prepare(
      `INSERT INTO schedules (id, workflow, version, cron, timezone, input, input_digest, next_at)
       VALUES (@id, @workflow, @version, @cron, @timezone, @input, @inputDigest, @nextAt)
       ON CONFLICT (id) DO UPDATE SET workflow = @workflow, version = @version, input = @input, input_digest = @inputDigest,
         next_at = CASE WHEN cron = @cron AND timezone IS @timezone THEN next_at ELSE @nextAt END, cron = @cron, timezone = @timezone`,
    );
    this.#remove = db.prepare('DELETE FROM schedules WHERE id = ?');
    this.#advance = db.prepare('UPDATE schedules SET next_at = @nextAt WHERE id = @id AND next_at = @expected');
    this.#all = db.prepare(
      'SELECT id, workflow, version, cron, timezone, input, input_digest AS inputDigest, next_at AS nextAt FROM schedules ORDER BY id',
    );
  }

  define(schedule: ScheduleRecord): void {
    this.#define.run({ ...schedule, timezone: schedule.timezone ?? null });
  }

  remove(id: string): boolean {
    return this.#remove.run(id).changes > 0;
  }

  /** False if another process was first. Without a next moment the schedule is over. */
  advance(id: string, expected: number, nextAt: number | undefined): boolean {
    return this.#advance.run({ id, expected, nextAt: nextAt ?? Number.MAX_SAFE_INTEGER }).changes > 0;
  }

  all(): ScheduleRecord[] {
    return this.#all.all().map((row) => ({ ...row, timezone: row.timezone ?? undefined }));
  }
}
