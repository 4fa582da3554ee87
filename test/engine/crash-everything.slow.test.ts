import { describe, expect, it } from 'vitest';
import { describePoint, killPoints, type KillPoint } from '../crash/kill-point.js';
import { inPairs } from '../crash/scenario.js';
import { readRun } from '../crash/stage.js';
import { bookings, onStage } from './everything-stage.js';

const runs = ['r-1'];
/** The run and its child. */
const parts = ['r-1', 'r-1/11'];

/** What is the same in every execution. */
const constant = (output: unknown) => (typeof output === 'string' ? output : (output as { seen: unknown }).seen);

function undisturbed(fails: boolean) {
  return onStage(async ({ child, oracle }) => {
    const report = await (await child({ runs, fails, concurrency: 1 })).report();
    return { ...report, steps: [...new Set(oracle.executions.map(({ step }) => step))] };
  });
}

/** The run with a process that dies at this point, and a second one that goes on. */
function killedAt(point: KillPoint, fails: boolean) {
  return onStage(async ({ child, oracle, db }) => {
    const killedBy = await (await child({ runs, fails, concurrency: 1, killPoint: point })).ended();
    const before = await Promise.all(parts.map((id) => readRun(db, id)));
    const executedBefore = oracle.executions.length;
    const report = await (await child({ runs, fails, concurrency: 1 })).report();
    const after = await Promise.all(parts.map((id) => readRun(db, id)));
    const executedAfter = oracle.executions.slice(executedBefore).map(({ step, about }) => `${step} ${about}`);
    const [run] = report.runs;
    return {
      point: describePoint(point),
      killed: killedBy === 'SIGKILL',
      status: run!.status,
      statuses: after.map((it) => it?.run.status),
      output: constant(run!.output),
      rewritten: before.filter((it, i) => it && !isPrefix(it.journal, after[i]!.journal)).map((it) => it!.run.id),
      executedAgain: before.flatMap((it) => it?.journal.map(({ name }) => name) ?? []).filter((name) => isAgain(name, executedAfter)),
      effects: oracle.effectsByKey(),
      bookings: bookings(db, runs),
      undone: after[0]!.journal.filter(({ name }) => name.startsWith('undo:')).map(({ name }) => name),
    };
  });
}

const isPrefix = (a: readonly unknown[], b: readonly unknown[]) => JSON.stringify(a) === JSON.stringify(b.slice(0, a.length));

/** `prepare` is called twice, so its record does not say which of them must not be executed again. */
const isAgain = (name: string, executed: readonly string[]) =>
  name !== 'prepare' && executed.some((it) => it.startsWith(`${name.replace('undo:', '')} `));

describe('SIGKILL at every commit boundary of a workflow with everything in it', () => {
  it.each([
    { fails: false, status: 'completed', effects: ['pay r-1', 'send r-1'], undone: [] },
    {
      fails: true,
      status: 'failed',
      effects: ['pay r-1', 'refund pay r-1.eml', 'send r-1'],
      undone: ['undo:refund', 'undo:cancelReservation'],
    },
  ])('that is $status', { timeout: 900_000 }, async ({ fails, status, effects, undone }) => {
    const { writes, runs: reports, steps } = await undisturbed(fails);
    const verbs = [
      'start',
      'claim',
      'append',
      'wait',
      'park',
      'signal',
      'requestApproval',
      'decide',
      'intend',
      'transact',
      'finish',
      'leave',
    ];
    expect(writes).toEqual(expect.arrayContaining(verbs));
    expect(reports[0]!.status).toBe(status);
    const aftermaths = await inPairs(killPoints(writes, steps, 'before and after each write'), (point) => killedAt(point, fails));
    const wanted = {
      status,
      statuses: [status, 'completed'],
      output: constant(reports[0]!.output),
      rewritten: [],
      executedAgain: [],
      effects: Object.fromEntries(effects.map((key) => [key, 1])),
      bookings: [1],
      undone,
    };
    expect(aftermaths).toEqual(aftermaths.map(({ point, killed }) => ({ point, killed, ...wanted })));
    // How often a process looks for work depends on the machine, so the last writes of one may be missing from another.
    const alive = aftermaths.filter(({ killed }) => !killed);
    expect(alive.length, `not killed: ${alive.map(({ point }) => point).join(', ')}`).toBeLessThan(aftermaths.length / 10);
  });
});
