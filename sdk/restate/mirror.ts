import { setImmediate } from 'node:timers/promises';
import type { SqliteStore } from '../sqlite/index.js';
import { isEnded } from '../store/index.js';
import type { Admin, KnownRun, LogRow } from './admin.js';
import type { FirstEntry, RunAddress } from './ingress.js';
import type { LogEntry } from './log-entry.js';
import { logKey } from './log-rows.js';
import { replicaStore, RunReplica } from './run-replica.js';
import { workflowOfService } from './service-name.js';

/** One run as far as it has been read. */
interface Mirrored {
  readonly address: RunAddress;
  readonly replica: RunReplica;
  /** The key of the last row that was applied; the empty text if there is none. */
  last: string;
  /** How the server knew the run when its log was last read with all others. */
  state: string | undefined;
  readonly since: number;
}

/** For more changed runs than this, the size of their logs is asked for first. */
const fewRuns = 50;
/** Of logs read by one query, in bytes. */
const mostBytes = 32 * 1024 * 1024;
/** Clocks of the server's nodes may differ by so much, in milliseconds. */
const skew = 10_000;
/** Only a look at all runs tells which are gone: it is made after so long, in milliseconds, or when it takes at most such a share of the time. */
const wholeInterval = 2_000;
const wholeShare = 50;
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
  /** Their log could not be applied. */
  readonly #unreadable = new Map<string, string>();
  /** Another workflow has a run of the same id. */
  #twice: ReadonlyMap<string, string> = new Map();
  #revision = 0;
  #turn: Promise<unknown> = Promise.resolve();
  /** The last moment at which something has happened, by the clocks of the server. */
  #latest = 0;
  #wholeAt = 0;

  constructor(admin: Admin) {
    this.#admin = admin;
  }

  /** Another number after every change. */
  get revision(): number {
    return this.#revision;
  }

  /** Runs that cannot be shown, and why. */
  get unreadable(): ReadonlyMap<string, string> {
    return new Map([...this.#unreadable, ...this.#twice]);
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

  /** Looks at what has happened to any run since the last look, and now and then at which runs are gone. */
  sync(): Promise<void> {
    return this.#inTurn(async () => {
      const began = Date.now();
      const isWhole = began >= this.#wholeAt;
      const runs = (await this.#admin.runs(isWhole ? undefined : this.#latest - skew)).filter(({ service }) => workflowOfService(service));
      const changed = runs.filter((run) => {
        const known = this.#runs.get(run.runId);
        return !known || (known.address.service === run.service && known.state !== run.state);
      });
      await this.#read(changed);
      // No worker has taken these yet, or it has written nothing yet.
      const untaken = changed.filter(({ runId, hasEnded }) => !hasEnded && !this.#runs.has(runId));
      const firsts = await this.#admin.firstEntries(untaken.map(({ id }) => id));
      for (const run of untaken) {
        const first = firsts.get(run.id);
        if (first) await this.#begin(run, first);
      }
      this.#latest = runs.reduce((latest, { modifiedAt }) => Math.max(latest, modifiedAt), this.#latest);
      if (!isWhole) return;
      const there = new Set(runs.map(nameOf));
      for (const { address, since } of [...this.#runs.values()])
        if (!there.has(nameOf(address)) && since < began) await this.#remove(address.runId);
      this.#twice = new Map(runs.flatMap((run) => this.#hidden(run)));
      this.#wholeAt = Date.now() + Math.max(wholeInterval, (Date.now() - began) * wholeShare);
    });
  }

  /** Looks at some runs. */
  syncRuns(addresses: readonly RunAddress[]): Promise<void> {
    if (addresses.length === 0) return Promise.resolve();
    return this.#inTurn(async () => {
      await this.#applyAll(addresses, await this.#admin.logs(addresses.map((it) => this.#wanted(it))));
      await this.#find(addresses.filter(({ runId }) => !this.#runs.has(runId)));
    });
  }

  /** The whole log of a run, from elsewhere. */
  take(address: RunAddress, log: readonly (readonly LogEntry[])[]): Promise<void> {
    return this.#inTurn(() => this.#applyLog(address, log.map((entries, row) => ({ key: logKey(row), entries })))); // prettier-ignore
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

  /** Runs that have no log yet, as far as there are such. */
  async #find(addresses: readonly RunAddress[]): Promise<void> {
    if (addresses.length === 0) return;
    const names = new Set(addresses.map(nameOf));
    const open = (await this.#admin.openRuns(addresses)).filter((run) => names.has(nameOf(run)));
    const firsts = await this.#admin.firstEntries(open.map(({ id }) => id));
    for (const { id, service, runId } of open) {
      const first = firsts.get(id);
      if (first) await this.#begin({ service, runId }, first);
    }
  }

  #add(address: RunAddress): Mirrored {
    const replica = new RunReplica(this.store, address.runId, { isWhole: true });
    const run: Mirrored = { address, replica, last: '', state: undefined, since: Date.now() };
    this.#runs.set(address.runId, run);
    return run;
  }

  /** The run, and why it is not shown, if another one is in its place. */
  #hidden({ service, runId }: RunAddress): [string, string][] {
    const shown = this.#runs.get(runId)?.address.service;
    if (shown === undefined || shown === service) return [];
    return [
      [`${runId} of ${service}`, `the id of a run must be its own, and ${shown} has a run of this id, which is the one that is shown`],
    ];
  }

  #wanted({ service, runId }: RunAddress) {
    const known = this.#runs.get(runId);
    return { service, runId, after: known?.address.service === service ? known.last : '' };
  }

  async #read(changed: readonly KnownRun[]): Promise<void> {
    const isMany = changed.length > fewRuns;
    const sizes = new Map((isMany ? await this.#admin.logSizes() : []).map((it) => [nameOf(it), it.bytes]));
    let some: KnownRun[] = [];
    let bytes = 0;
    for (const [n, run] of changed.entries()) {
      some.push(run);
      bytes += sizes.get(nameOf(run)) ?? 0;
      if (bytes < mostBytes && n < changed.length - 1) continue;
      await this.#applyAll(some, await this.#admin.logs(some.map((it) => this.#wanted(it))));
      for (const { runId, service, state } of some) {
        const known = this.#runs.get(runId);
        if (known?.address.service === service) known.state = state;
      }
      [some, bytes] = [[], 0];
    }
  }

  async #applyAll(runs: readonly RunAddress[], rows: readonly LogRow[]): Promise<void> {
    const logs = new Map<string, LogRow[]>();
    for (const row of rows) {
      const name = nameOf(row);
      const log = logs.get(name);
      if (log) log.push(row);
      else logs.set(name, [row]);
    }
    const found = runs.flatMap((address) => {
      const log = logs.get(nameOf(address));
      if (!log) return [];
      const parsed = log.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ key, value }) => ({ key, entries: JSON.parse(value) as LogEntry[] })); // prettier-ignore
      return [{ address, log: parsed, at: startOf(parsed[0]?.entries[0]) }];
    });
    // In the order in which they were started: lists are in the order of the store, and parents come before their children.
    found.sort((a, b) => a.at - b.at);
    for (const [n, { address, log }] of found.entries()) {
      if (n % stretch === stretch - 1) await setImmediate();
      await this.#applyLog(address, log);
    }
  }

  async #applyLog(address: RunAddress, log: readonly { readonly key: string; readonly entries: readonly LogEntry[] }[]): Promise<void> {
    const { service, runId } = address;
    const known = this.#runs.get(runId) ?? this.#add({ service, runId });
    // The one that was here first stays.
    if (known.address.service !== service) return;
    for (const { key, entries } of log) {
      if (key <= known.last) continue;
      await this.#applyTo(known, entries);
      known.last = key;
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

const nameOf = ({ service, runId }: RunAddress) => `${service}/${runId}`;

/** When a run was started, as its first entry says. */
function startOf(first: LogEntry | undefined): number {
  if (first?.verb === 'start') return first.run.at;
  return first?.verb === 'importHistory' ? first.history.run.createdAt : 0;
}
