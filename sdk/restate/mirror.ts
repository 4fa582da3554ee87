import { setImmediate } from 'node:timers/promises';
import type { SqliteStore } from '../sqlite/index.js';
import { isEnded } from '../store/index.js';
import type { Admin, LogRow, RunHead } from './admin.js';
import type { FirstEntry, RunAddress } from './ingress.js';
import type { LogEntry } from './log-entry.js';
import { replicaStore, RunReplica } from './run-replica.js';
import { workflowOfService } from './service-name.js';

/** One run as far as it has been read. */
interface Mirrored {
  readonly address: RunAddress;
  readonly replica: RunReplica;
  /** The key of the last batch that was applied; the empty text if there is none. */
  last: string;
  /** What the run said of itself when its log was last read; undefined as long as no worker has taken it. */
  head: string | undefined;
  readonly since: number;
}

/** More changed runs than this are read by whole logs, many in one query. */
const fewRuns = 20;
/** Of logs read by one query, in bytes. */
const mostBytes = 32 * 1024 * 1024;
/** Runs that are applied before the process gets its turn. */
const stretch = 100;

/**
 * The runs of a Restate server in a store in memory: their logs, applied. What is read here is what was true at the last look;
 * every verb that tells a run something looks at that run again.
 */
export class Mirror {
  readonly store: SqliteStore = replicaStore();
  readonly #admin: Admin;
  readonly #runs = new Map<string, Mirrored>();
  readonly #unreadable = new Map<string, string>();
  #revision = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(admin: Admin) {
    this.#admin = admin;
  }

  /** Another number after every change. */
  get revision(): number {
    return this.#revision;
  }

  /** Runs whose log could not be applied, and why. */
  get unreadable(): ReadonlyMap<string, string> {
    return this.#unreadable;
  }

  /** Where a run is; undefined if it is not here. */
  addressOf(runId: string): RunAddress | undefined {
    return this.#runs.get(runId)?.address;
  }

  /** Whether the run has ended, as far as it is known here. */
  hasEnded(runId: string): boolean {
    const run = this.store.run(runId);
    return run !== undefined && isEnded(run.status);
  }

  /** Looks at all runs: what has changed, what is new, and what is no longer there. */
  sync(): Promise<void> {
    return this.#inTurn(async () => {
      const began = Date.now();
      // First those that wait for a worker: one that is taken meanwhile is then among the heads.
      const open = await this.#admin.openRuns();
      const heads = (await this.#admin.heads()).filter(({ service }) => workflowOfService(service) !== undefined);
      const changed = heads.filter(({ runId, service, head }) => {
        const known = this.#runs.get(runId);
        return !known || (known.address.service === service && known.head !== head);
      });
      await this.#read(changed);
      const taken = new Set(heads.map(({ runId }) => runId));
      const untaken = open.filter(({ service, runId }) => !taken.has(runId) && !this.#runs.has(runId) && workflowOfService(service));
      const firsts = await this.#admin.firstEntries(untaken.map(({ id }) => id));
      for (const run of untaken) {
        const first = firsts.get(run.id);
        if (first) await this.#begin(run, first);
      }
      const there = new Set([...taken, ...open.map(({ runId }) => runId)]);
      for (const [runId, { since }] of this.#runs) if (!there.has(runId) && since < began) await this.#remove(runId);
    });
  }

  /** Looks at one run. */
  syncRun(address: RunAddress): Promise<void> {
    return this.#inTurn(async () => {
      const [head] = await this.#admin.heads(address);
      if (head && this.#runs.get(address.runId)?.head !== head.head) return this.#read([head]);
      if (head || this.#runs.has(address.runId)) return;
      const [open] = await this.#admin.openRuns(address);
      const first = open && (await this.#admin.firstEntries([open.id])).get(open.id);
      if (first) await this.#begin(address, first);
    });
  }

  /** A run that was started just now, and that no worker may have taken yet. */
  begin(address: RunAddress, first: FirstEntry): Promise<void> {
    return this.#inTurn(() => this.#begin(address, first));
  }

  /** The run is no longer there. */
  remove(runId: string): Promise<void> {
    return this.#inTurn(() => this.#remove(runId));
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.store.close());
  }

  /** One after another, so that no batch is applied twice. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #begin(address: RunAddress, first: FirstEntry): Promise<void> {
    if (this.#runs.has(address.runId)) return;
    await this.#applyTo(this.#add(address), [first]);
  }

  #add(address: RunAddress): Mirrored {
    const replica = new RunReplica(this.store, address.runId, { isWhole: true });
    const run: Mirrored = { address, replica, last: '', head: undefined, since: Date.now() };
    this.#runs.set(address.runId, run);
    return run;
  }

  async #read(changed: readonly RunHead[]): Promise<void> {
    if (changed.length <= fewRuns) {
      // Two workflows may have a run of the same id; the one that was here first stays.
      const heads = changed.filter(({ runId, service }) => (this.#runs.get(runId)?.address.service ?? service) === service);
      const rows = await Promise.all(heads.map((head) => this.#admin.logAfter(head, this.#runs.get(head.runId)?.last ?? '')));
      // Together, so that new ones are put in the order in which they were started.
      return this.#applyAll(heads, rows.flat());
    }
    const sizes = new Map((await this.#admin.logSizes()).map(({ service, runId, bytes }) => [`${service}/${runId}`, bytes]));
    let some: RunHead[] = [];
    let bytes = 0;
    for (const [n, head] of changed.entries()) {
      some.push(head);
      bytes += sizes.get(`${head.service}/${head.runId}`) ?? 0;
      if (bytes < mostBytes && n < changed.length - 1) continue;
      await this.#applyAll(some, await this.#admin.logsOf(some));
      [some, bytes] = [[], 0];
    }
  }

  async #applyAll(heads: readonly RunHead[], rows: readonly LogRow[]): Promise<void> {
    const logs = new Map<string, LogRow[]>();
    for (const row of rows) {
      const name = `${row.service}/${row.runId}`;
      logs.set(name, [...(logs.get(name) ?? []), row]);
    }
    const found = heads.map((head) => {
      const log = logs.get(`${head.service}/${head.runId}`) ?? [];
      const batches = log.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ key, value }) => ({ key, entries: JSON.parse(value) as LogEntry[] })); // prettier-ignore
      return { head, batches, at: startOf(batches[0]?.entries[0]) };
    });
    // In the order in which they were started: lists are in the order of the store, and parents come before their children.
    found.sort((a, b) => a.at - b.at);
    for (const [n, { head, batches }] of found.entries()) {
      if (n % stretch === stretch - 1) await setImmediate();
      const known = this.#runs.get(head.runId) ?? this.#add(head);
      if (known.address.service !== head.service) continue;
      for (const { key, entries } of batches) {
        if (key <= known.last) continue;
        await this.#applyTo(known, entries);
        known.last = key;
      }
      known.head = head.head;
    }
  }

  async #applyTo({ address, replica }: Mirrored, entries: readonly LogEntry[]): Promise<void> {
    this.#revision++;
    for (const entry of entries) {
      try {
        await replica.apply(entry);
      } catch (error) {
        // A log of a newer version, perhaps: the other runs can be read all the same.
        this.#unreadable.set(address.runId, (error as Error).message);
      }
    }
  }

  async #remove(runId: string): Promise<void> {
    if (!this.#runs.delete(runId)) return;
    this.#unreadable.delete(runId);
    this.#revision++;
    await this.store.remove(runId);
  }
}

/** When a run was started, as its first entry says. */
function startOf(first: LogEntry | undefined): number {
  if (first?.verb === 'start') return first.run.at;
  return first?.verb === 'importHistory' ? first.history.run.createdAt : 0;
}
