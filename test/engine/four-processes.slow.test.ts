import Database from 'better-sqlite3';
import { SqliteStore } from 'durableflow';
import { expect, it } from 'vitest';
import type { Child } from '../crash/child.js';
import type { Effect, Execution } from '../crash/oracle.js';
import { eventually } from '../fixtures/eventually.js';
import { bookings, onStage } from './everything-stage.js';

const runs = Array.from({ length: 100 }, (_, index) => `r-${index + 1}`);
const concurrency = 6;
/** Long enough for a process on a busy machine not to lose its leases by accident. */
const leaseDuration = '6000ms';

/** The run that a body reports itself for. */
const runOf = (about: string) => /r-\d+/.exec(about)![0];

/** Recorded by a process that had been told that the run is no longer its own. */
function writesAfterFencing({ lines }: Child): string[] {
  const lost = new Set<string>();
  const found: string[] = [];
  for (const line of lines) {
    if (!('event' in line) || line.run === undefined) continue;
    if (line.event === 'run.fenced') lost.add(line.run);
    else if (line.event === 'run.claimed') lost.delete(line.run);
    else if (['step.recorded', 'run.parked', 'run.ended'].includes(line.event) && lost.has(line.run))
      found.push(`${line.event} ${line.run}`);
  }
  return found;
}

/** Whether somebody is in the middle of a commit: a process that is stopped there stops all the others, as SQLite has it. */
function isLocked(file: string): boolean {
  const db = new Database(file, { timeout: 500 });
  try {
    db.exec('BEGIN IMMEDIATE; ROLLBACK');
    return false;
  } catch {
    return true;
  } finally {
    db.close();
  }
}

it('four processes, one of them killed and one stopped past its lease, do everything once', { timeout: 240_000 }, async () => {
  await onStage(async ({ child, oracle, db }) => {
    const inBodies = new Map<Execution | Effect, string>();
    let busiest = 0;
    let killed: number | undefined;
    let stopped: { readonly pid: number; readonly run: string; readonly epoch: number } | undefined;
    const children: Child[] = [];
    const signal = (pid: number, name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => children.find((it) => it.pid === pid)!.signal(name);
    const store = new SqliteStore(db);
    oracle.beforeAnswer = async (seen) => {
      // Effects have had their execution reported; the part is a run outside of the queue.
      if (!('step' in seen) || seen.step === 'double') return;
      if (seen.pid !== stopped?.pid) inBodies.set(seen, runOf(seen.about));
      busiest = Math.max(busiest, new Set(inBodies.values()).size);
      await new Promise((resolve) => setTimeout(resolve, 3));
      const { length } = oracle.executions;
      // Both are in the middle of a body, and so hold the lease of a run.
      if (killed === undefined && length > 150) signal((killed = seen.pid), 'SIGKILL');
      else if (!stopped && length > 300 && seen.pid !== killed) {
        signal(seen.pid, 'SIGSTOP');
        const run = runOf(seen.about);
        if (isLocked(db)) signal(seen.pid, 'SIGCONT');
        else stopped = { pid: seen.pid, run, epoch: store.run(run)!.epoch };
      }
      inBodies.delete(seen);
    };
    for (let i = 0; i < 4; i++) children.push(await child({ runs, fails: false, concurrency, leaseDuration }));
    await eventually(() => stopped !== undefined && store.run(stopped.run)!.epoch > stopped.epoch);
    signal(stopped!.pid, 'SIGCONT');
    const survivors = children.filter(({ pid }) => pid !== killed);
    const reports = await Promise.all(survivors.map((it) => it.report()));

    expect(await children.find(({ pid }) => pid === killed)!.ended()).toBe('SIGKILL');
    for (const report of reports) expect(report.runs.map(({ status }) => status)).toEqual(runs.map(() => 'completed'));
    expect(oracle.effectsByKey()).toEqual(Object.fromEntries(runs.flatMap((id) => [[`pay ${id}`, 1], [`send ${id}`, 1]]))); // prettier-ignore
    expect(bookings(db, runs)).toEqual(runs.map(() => 1));

    const journals = store.runs({ limit: 1000 }).map(({ id }) => ({ id, calls: store.journal(id).map(({ call }) => call) }));
    expect(journals).toHaveLength(2 * runs.length);
    expect(journals.filter(({ calls }) => new Set(calls).size < calls.length)).toEqual([]);
    const again = repeated(oracle.executions).filter((pids) => !pids.includes(killed!) && !pids.includes(stopped!.pid));
    expect(again).toEqual([]);

    const woken = children.find(({ pid }) => pid === stopped!.pid)!;
    expect(woken.told('run.fenced').map(({ run }) => run)).toContain(stopped!.run);
    expect(children.flatMap(writesAfterFencing)).toEqual([]);
    expect(busiest).toBeLessThanOrEqual(concurrency);
    expect(busiest).toBeGreaterThan(1);
    await store.close();
  });
});

/** The processes of each body that was executed more than once. */
function repeated(executions: readonly Execution[]): number[][] {
  const pids = new Map<string, number[]>();
  for (const { step, about, pid } of executions) pids.set(`${step} ${about}`, [...(pids.get(`${step} ${about}`) ?? []), pid]);
  return [...pids.values()].filter((it) => it.length > 1);
}
