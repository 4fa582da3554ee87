import { Child } from './child.js';
import type { KillPoint } from './kill-point.js';
import { onFreshStage, readRun } from './stage.js';
import type { RunReport, WorkerReport } from './worker.js';
import type { WorkflowName } from './workflows.js';

/** One run of one workflow. */
export interface Scenario {
  readonly workflow: WorkflowName;
  readonly honoursKeys: boolean;
  readonly forgetIntents?: boolean;
}

/** How a run stands, and what its ledger says of its calls, times aside. */
export interface Outcome extends RunReport {
  readonly ledger: readonly unknown[];
}

/** What was found out about a run that was killed once and resumed. */
export interface Aftermath extends Outcome {
  readonly killedBy: string | undefined;
  /** Recorded before the kill: these must never run again. */
  readonly committed: readonly string[];
  /** Executed after the kill. */
  readonly executedAfter: readonly string[];
  readonly effects: Readonly<Record<string, number>>;
}

/** The run without a crash. */
export function undisturbed({
  workflow,
  honoursKeys,
}: Scenario): Promise<{ readonly writes: WorkerReport['writes']; readonly outcome: Outcome }> {
  return onFreshStage(workflow, honoursKeys, async ({ orders }) => {
    const { runs, writes } = await (await Child.start(orders)).report();
    return { writes, outcome: { ...runs[0]!, ledger: await ledgerOf(orders.db) } };
  });
}

/** Every piece of material and every model call that is on record. */
async function ledgerOf(db: string): Promise<unknown[]> {
  const { decisions = [] } = (await readRun(db, 'r-1')) ?? {};
  return decisions.map(({ recordedAt: _at, modelCalls, ...decision }) => ({
    ...decision,
    modelCalls: modelCalls.map(({ startedAt: _start, durationMs: _took, requestId: _id, ...call }) => call),
  }));
}

/** The run with a process that dies at this point, and a second one that goes on. */
export function killedAt({ workflow, honoursKeys, forgetIntents = false }: Scenario, killPoint: KillPoint): Promise<Aftermath> {
  return onFreshStage(workflow, honoursKeys, async ({ orders, oracle }) => {
    const killedBy = await (await Child.start({ ...orders, forgetIntents, killPoint })).ended();
    const committed = (await readRun(orders.db, 'r-1'))?.journal.map(({ name }) => name) ?? [];
    const executedBefore = oracle.executions.length;
    const { runs } = await (await Child.start({ ...orders, forgetIntents })).report();
    const executedAfter = oracle.executions.slice(executedBefore).map(({ step }) => step);
    const ledger = await ledgerOf(orders.db);
    return { ...runs[0]!, ledger, killedBy, committed, executedAfter, effects: oracle.effectsByKey() };
  });
}

/** What no crash may ever lead to; empty if everything is as promised. */
export function violations(
  { status, output, ledger, killedBy, committed, executedAfter, effects }: Aftermath,
  expected: Outcome,
): string[] {
  const found: string[] = [];
  if (killedBy !== 'SIGKILL') found.push('the process was not killed');
  for (const step of committed) if (executedAfter.includes(step)) found.push(`${step} was on disk and was executed again`);
  for (const step of new Set(executedAfter))
    if (executedAfter.filter((it) => it === step).length > 1) found.push(`${step} was executed twice by one process`);
  for (const [key, times] of Object.entries(effects)) if (times > 1) found.push(`${key} took effect ${times} times`);
  if (status === 'completed') {
    const happened = Object.keys(effects).length;
    if (happened !== 1) found.push(`the run is completed, but ${happened} effects have happened`);
    if (JSON.stringify(output) !== JSON.stringify(expected.output)) found.push(`the output is ${JSON.stringify(output)}`);
    if (JSON.stringify(ledger) !== JSON.stringify(expected.ledger)) found.push(`the ledger is ${JSON.stringify(ledger)}`);
  }
  return found;
}

/** Calls `work` for every item, two at a time. */
export async function inPairs<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const lane = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all([lane(), lane()]);
  return results;
}
