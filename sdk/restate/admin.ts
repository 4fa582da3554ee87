import { DurableFlowError } from '../errors/index.js';
import type { FirstEntry, RunAddress } from './ingress.js';
import { refused, type RestateHttp } from './restate-http.js';
import { servicePrefix } from './service-name.js';

/** A run that the server knows, ended or not. */
export interface KnownRun extends RunAddress {
  /** Of its invocation. */
  readonly id: string;
  readonly hasEnded: boolean;
  /** No worker has it in memory, and nothing is there for it to do. */
  readonly isAsleep: boolean;
  /** When something has last happened to it, by the clock of its node, in milliseconds. */
  readonly modifiedAt: number;
  /** Another text after everything that happens to it. */
  readonly state: string;
}

/** A run whose log is wanted, beyond what has been read of it. */
export interface LogWanted extends RunAddress {
  /** The key of the last row that was read; the empty text if there is none. */
  readonly after: string;
}

/** One row of a run's log. */
export interface LogRow extends RunAddress {
  /** Such as `log/000007`. */
  readonly key: string;
  /** JSON: the entries. */
  readonly value: string;
}

/** An invocation that has not ended. */
export interface OpenInvocation extends RunAddress {
  readonly id: string;
  /** `backing-off` and `paused` are those that fail. */
  readonly status: string;
  readonly retries: number;
  readonly failure: string | undefined;
}

/** Where the server finds workers. */
export interface Deployment {
  readonly id: string;
  readonly uri: string;
  readonly services: readonly { readonly name: string }[];
}

/** Runs whose logs are asked for by name in one query. */
const mostNames = 500;
/** Runs of which only the new rows are asked for in one query; of more, all rows are. */
const mostKnown = 100;

/** What is asked of a Restate server's admin API. Its SQL reads what is there, worker or no worker. */
export class Admin {
  readonly #http: RestateHttp;

  constructor(http: RestateHttp) {
    this.#http = http;
  }

  async version(): Promise<string> {
    return (await this.#get<{ version: string }>('/version', 'its version')).version;
  }

  async deployments(): Promise<readonly Deployment[]> {
    return (await this.#get<{ deployments: readonly Deployment[] }>('/deployments', 'its deployments')).deployments;
  }

  /**
   * Makes a worker known. Of an address that it knows the server keeps what it has been told before, and says nothing: so what is new
   * takes its place, unless that has other services with open runs. With `force` it does so in any case. Throws `DF_RESTATE_ADDRESS`.
   */
  async register(uri: string, force: boolean, wanted: readonly string[] = []): Promise<void> {
    const answer = await this.#http.request({ method: 'POST', path: '/deployments', body: { uri, force }, timeout: 30_000 });
    if (answer.status >= 300) throw refused(answer, `a worker at ${uri}`);
    const known = (answer.body as Deployment).services.map(({ name }) => name);
    const missing = wanted.filter((name) => !known.includes(name));
    if (missing.length === 0) return;
    if (force) throw badAddress(`the server finds a worker at ${uri} that does not serve ${missing.join(', ')}`);
    const open = new Set((await this.openRuns()).map(({ service }) => service));
    const left = known.filter((name) => !wanted.includes(name) && open.has(name));
    if (left.length > 0)
      throw badAddress(`the worker at ${uri} does not serve ${left.join(', ')} any more, and there are runs of it that have not ended`);
    await this.register(uri, true, wanted);
  }

  /** The runs to which something has happened since a moment; without one, all runs. */
  async runs(since?: number): Promise<KnownRun[]> {
    const recent = since === undefined ? '' : ` AND modified_at >= '${new Date(since).toISOString()}'`;
    const rows = await this.#query<StatusRow>(
      `SELECT id, target_service_name, target_service_key, status, modified_at, journal_size FROM sys_invocation_status
       WHERE target_handler_name = 'run' AND ${ours('target_service_name')}${recent}`,
    );
    return rows.map((row) => ({
      id: row.id,
      service: row.target_service_name,
      runId: row.target_service_key,
      hasEnded: row.status === 'completed',
      isAsleep: row.status === 'suspended',
      modifiedAt: Date.parse(row.modified_at),
      state: `${row.modified_at} ${row.journal_size} ${row.status}`,
    }));
  }

  /** How many bytes the logs of all runs have. */
  async logSizes(): Promise<(RunAddress & { readonly bytes: number })[]> {
    const rows = await this.#query<StateRow & { bytes: number }>(
      `SELECT service_name, service_key, sum(value_length) AS bytes FROM state WHERE key LIKE 'log/%' AND ${ours('service_name')} GROUP BY service_name, service_key`,
    );
    return rows.map((row) => ({ ...addressOf(row), bytes: row.bytes }));
  }

  /** What the logs of these runs have beyond what has been read. */
  async logs(wanted: readonly LogWanted[]): Promise<LogRow[]> {
    // The server finds a run by its id, and would look through all of its state for anything else.
    const ids = [...new Set(wanted.map(({ runId }) => runId))].map(sqlText).join(', ');
    const known = wanted.filter(({ after }) => after !== '');
    const read = known.map(({ service, runId, after }) => `(service_key = ${sqlText(runId)} AND service_name = ${sqlText(service)} AND key <= ${sqlText(after)})`); // prettier-ignore
    const unread = known.length > 0 && known.length <= mostKnown ? ` AND NOT (${read.join(' OR ')})` : '';
    const rows = await this.#query<StateRow & { key: string }>(
      `SELECT service_name, service_key, key, value_utf8 FROM state
       WHERE service_key IN (${ids}) AND ${ours('service_name')} AND key LIKE 'log/%'${unread}`,
    );
    return rows.map((row) => ({ ...addressOf(row), key: row.key, value: row.value_utf8 }));
  }

  /** What has not ended: all runs, or those of the same ids as these. */
  async openRuns(only?: readonly RunAddress[]): Promise<OpenInvocation[]> {
    const some = only ? ` AND target_service_key IN (${only.map(({ runId }) => sqlText(runId)).join(', ')})` : '';
    const rows = await this.#query<InvocationRow>(
      `SELECT id, target_service_name, target_service_key, status, retry_count, last_failure FROM sys_invocation
       WHERE target_handler_name = 'run' AND status <> 'completed' AND ${ours('target_service_name')}${some}`,
    );
    return rows.map((row) => ({
      id: row.id,
      service: row.target_service_name,
      runId: row.target_service_key,
      status: row.status,
      retries: row.retry_count ?? 0,
      failure: row.last_failure,
    }));
  }

  /** What invocations were started with, by their ids. */
  async firstEntries(ids: readonly string[]): Promise<Map<string, FirstEntry>> {
    const found = new Map<string, FirstEntry>();
    for (let n = 0; n < ids.length; n += mostNames) {
      const some = ids.slice(n, n + mostNames).map(sqlText).join(', '); // prettier-ignore
      const rows = await this.#query<{ id: string; entry_json: string }>(
        `SELECT id, entry_json FROM sys_journal WHERE "index" = 0 AND id IN (${some})`,
      );
      for (const { id, entry_json } of rows) {
        const { Command } = JSON.parse(entry_json) as { Command?: { Input?: { payload: number[] } } };
        if (Command?.Input) found.set(id, JSON.parse(Buffer.from(Command.Input.payload).toString()) as FirstEntry);
      }
    }
    return found;
  }

  /** The invocation that is the run; undefined if there is none, or none any more. */
  async invocationOf({ service, runId }: RunAddress): Promise<string | undefined> {
    const rows = await this.#query<{ id: string }>(
      `SELECT id FROM sys_invocation_status WHERE target_handler_name = 'run' AND target_service_name = ${sqlText(service)} AND target_service_key = ${sqlText(runId)}`,
    );
    return rows[0]?.id;
  }

  /** Of which services there are runs of this id. */
  async servicesOf(runId: string): Promise<string[]> {
    const rows = await this.#query<{ target_service_name: string }>(
      `SELECT target_service_name FROM sys_invocation_status WHERE target_handler_name = 'run' AND target_service_key = ${sqlText(runId)} AND ${ours('target_service_name')}`,
    );
    return rows.map(({ target_service_name }) => target_service_name);
  }

  /** Forgets an invocation that has ended, and the state of its run. False if it has not ended. */
  async purge(invocation: string): Promise<boolean> {
    const answer = await this.#http.request({ method: 'PATCH', path: `/invocations/${encodeURIComponent(invocation)}/purge` });
    if (answer.status === 409) return false;
    if (answer.status >= 300 && answer.status !== 404) throw refused(answer, 'to forget a run');
    return true;
  }

  async #query<T>(query: string): Promise<T[]> {
    const answer = await this.#http.request({ method: 'POST', path: '/query', body: { query } });
    if (answer.status >= 300) throw refused(answer, 'a query');
    return (answer.body as { rows: T[] }).rows;
  }

  async #get<T>(path: string, what: string): Promise<T> {
    const answer = await this.#http.request({ path });
    if (answer.status >= 300) throw refused(answer, what);
    return answer.body as T;
  }
}

const badAddress = (message: string) => new DurableFlowError('DF_RESTATE_ADDRESS', message);

interface StateRow {
  readonly service_name: string;
  readonly service_key: string;
  readonly value_utf8: string;
}

interface StatusRow {
  readonly id: string;
  readonly target_service_name: string;
  readonly target_service_key: string;
  readonly status: string;
  readonly modified_at: string;
  readonly journal_size: number;
}

interface InvocationRow {
  readonly id: string;
  readonly target_service_name: string;
  readonly target_service_key: string;
  readonly status: string;
  readonly retry_count?: number;
  readonly last_failure?: string;
}

const addressOf = ({ service_name, service_key }: StateRow): RunAddress => ({ service: service_name, runId: service_key });

/** A text in SQL. */
const sqlText = (text: string) => `'${text.replaceAll("'", "''")}'`;

const ours = (column: string) => `${column} LIKE '${servicePrefix}.%'`;
