import { milliseconds } from '../definition/duration.js';
import { DurableFlowError } from '../errors/index.js';
import type { JournalRecord } from '../journal/index.js';
import type { EnginePorts } from '../runtime/index.js';
import { isEnded, type History, type RunRecord } from '../store/index.js';
import { assertHistory } from './assert-history.js';
import type { PruneOptions, RerunOptions } from './flow-options.js';
import { stepView, type StepView } from './run-view.js';

/** Runs deleted in one commit, so that others are not kept waiting. */
const pruneBatch = 200;

/** A place at which two runs differ: what each has at this call, if anything. */
export interface HistoryDifference {
  readonly call: number;
  readonly left: StepView | undefined;
  readonly right: StepView | undefined;
}

/** Whole histories: copied, compared, brought elsewhere and deleted. */
export class Histories {
  readonly #ports: EnginePorts;

  constructor(ports: EnginePorts) {
    this.#ports = ports;
  }

  export(runId: string): History {
    const { store } = this.#ports;
    const run = this.#run(runId);
    return {
      format: 'durableflow.history',
      formatVersion: 1,
      run,
      journal: store.journal(runId),
      approvals: store.approvals({ runId }),
      effects: store.effects(runId),
      waits: store.waits(runId),
      signals: store.signals(runId),
      attributes: store.attributes(runId),
      decisions: store.decisions(runId),
    };
  }

  async import(history: History, id: string = history?.run?.id): Promise<string> {
    assertHistory(history);
    assertId(id);
    if (await this.#ports.store.importHistory(history, id)) return id;
    throw new DurableFlowError('DF_INPUT_MISMATCH', `there is a run "${id}" already`, { details: { runId: id } });
  }

  async fork(runId: string, fromCall: number, id: string): Promise<string> {
    const run = this.#run(runId);
    assertId(id);
    const record = this.#ports.store.journal(runId).find(({ call }) => call === fromCall);
    if (!record) throw new DurableFlowError('DF_INVALID_INPUT', `run "${runId}" has no recorded call ${String(fromCall)} to fork from`);
    return this.#forkAt(run, record.seq, id);
  }

  /** Forks every run that the query finds, or that is named, at the call that failed it. */
  async rerun({ ids: named, ...query }: RerunOptions): Promise<string[]> {
    const { store } = this.#ports;
    const found = () => store.runs({ ...query, status: query.status ?? 'failed', limit: query.limit ?? Number.MAX_SAFE_INTEGER });
    const runs = named ? named.map((id) => this.#run(id)) : found();
    const open = runs.find(({ status }) => !isEnded(status));
    if (open)
      throw new DurableFlowError('DF_INVALID_INPUT', `run "${open.id}" is ${open.status}; only one that has ended can be made again`);
    const ids: string[] = [];
    for (const run of runs) {
      const id = this.#nextRerunId(run.id);
      const journal = store.journal(run.id);
      ids.push(await this.#forkAt(run, seqOfFailure(journal), id));
    }
    return ids;
  }

  compare(leftId: string, rightId: string): HistoryDifference[] {
    const { store, errors } = this.#ports;
    const [left, right] = [leftId, rightId].map((id) => new Map(store.journal(this.#run(id).id).map((record) => [record.call, record])));
    const calls = [...new Set([...left!.keys(), ...right!.keys()])].sort((a, b) => a - b);
    const view = (record: JournalRecord | undefined) => record && stepView(record, errors);
    return calls
      .filter((call) => !isSame(left!.get(call), right!.get(call)))
      .map((call) => ({ call, left: view(left!.get(call)), right: view(right!.get(call)) }));
  }

  async prune({ olderThan, status, dryRun = false, onProgress }: PruneOptions): Promise<number> {
    const before = this.#ports.clock.now() - milliseconds(olderThan, 'olderThan');
    if (dryRun) return this.#ports.store.prunable({ before, status });
    let deleted = 0;
    for (;;) {
      const batch = await this.#ports.store.prune({ before, status, limit: pruneBatch });
      deleted += batch;
      onProgress?.(deleted);
      if (batch < pruneBatch) break;
    }
    if (deleted > 0) this.#ports.telemetry.emit('runs.pruned', undefined, { runs: deleted });
    return deleted;
  }

  async #forkAt(run: RunRecord, beforeSeq: number, id: string): Promise<string> {
    if (await this.#ports.store.fork(run.id, id, beforeSeq, this.#ports.clock.now())) return id;
    throw new DurableFlowError('DF_INPUT_MISMATCH', `there is a run "${id}" already`, { details: { runId: id } });
  }

  #nextRerunId(runId: string): string {
    for (let n = 2; ; n++) if (!this.#ports.store.run(`${runId}#${n}`)) return `${runId}#${n}`;
  }

  #run(runId: string): RunRecord {
    const run = this.#ports.store.run(runId);
    if (run) return run;
    throw new DurableFlowError('DF_UNKNOWN_RUN', `there is no run "${runId}"`, { details: { runId } });
  }
}

function assertId(id: string): void {
  if (typeof id === 'string' && id !== '') return;
  throw new DurableFlowError('DF_INVALID_INPUT', `a run's id must be a string that is not empty, not ${JSON.stringify(id)}`);
}

/** The last call that failed is the one to make again; what was undone afterwards is no part of the new run. */
function seqOfFailure(journal: readonly JournalRecord[]): number {
  const work = journal.filter(({ name, digest }) => !name.startsWith('undo:') && !(name === 'stopped' && digest === ''));
  return (work.findLast(({ outcome }) => outcome === 'threw') ?? { seq: (work.at(-1)?.seq ?? -1) + 1 }).seq;
}

const isSame = (a: JournalRecord | undefined, b: JournalRecord | undefined) =>
  a !== undefined && b !== undefined && a.name === b.name && a.digest === b.digest && a.outcome === b.outcome && a.value === b.value;
