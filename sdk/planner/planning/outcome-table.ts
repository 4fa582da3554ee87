import type { SqlDatabase } from '../../store/index.js';
import type { TaskClass } from '../plan.js';
import type { Outcome } from './outcome.js';

/** The file of the planner, as far as tables of one's own are concerned; `SqliteStore` is one. */
export interface OutcomeFile {
  read<T>(work: (db: SqlDatabase) => T): T;
  write<T>(work: (db: SqlDatabase) => T): Promise<T>;
}

interface Row {
  readonly target: string;
  readonly model: string;
  readonly task_class: string;
  readonly at: number;
  readonly passed: number | null;
  readonly latency_ms: number | null;
  readonly output_tokens: number | null;
}

/** All outcomes on file that are not older than `since`, oldest first. */
export function readOutcomes(db: SqlDatabase, since: number): Outcome[] {
  const rows = db.prepare('SELECT * FROM planner_outcomes WHERE at >= ? ORDER BY row').all(since) as Row[];
  return rows.map(({ target, model, task_class, at, passed, latency_ms, output_tokens }) => ({
    targetId: target,
    model,
    taskClass: task_class as TaskClass,
    at,
    passed: passed === null ? undefined : passed === 1,
    latencyMs: latency_ms ?? undefined,
    outputTokens: output_tokens ?? undefined,
  }));
}

/** Adds outcomes, and deletes what goes beyond the latest `most` of their targets and kinds of work, or is older than `since`. */
export function writeOutcomes(db: SqlDatabase, outcomes: readonly Outcome[], most: number, since: number): void {
  const insert = db.prepare(
    'INSERT INTO planner_outcomes (target, model, task_class, at, passed, latency_ms, output_tokens) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  for (const { targetId, model, taskClass, at, passed, latencyMs, outputTokens } of outcomes)
    insert.run(
      targetId,
      model,
      taskClass,
      Math.round(at),
      passed === undefined ? null : Number(passed),
      latencyMs ?? null,
      outputTokens ?? null,
    );
  const trim = db.prepare(
    `DELETE FROM planner_outcomes WHERE target = :target AND model = :model AND task_class = :taskClass AND row <= (
       SELECT row FROM planner_outcomes WHERE target = :target AND model = :model AND task_class = :taskClass ORDER BY row DESC LIMIT 1 OFFSET :most)`,
  );
  const touched = new Map(
    outcomes.map(({ targetId: target, model, taskClass }) => [JSON.stringify([target, model, taskClass]), { target, model, taskClass }]),
  );
  for (const key of touched.values()) trim.run({ ...key, most });
  db.prepare('DELETE FROM planner_outcomes WHERE at < ?').run(since);
}
