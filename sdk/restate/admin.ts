import type { FirstEntry, RunAddress } from './ingress.js';
import { refused, type RestateHttp } from './restate-http.js';
import { servicePrefix } from './service-name.js';

/** How far the log of a run has got, as the run itself says it. */
export interface RunHead extends RunAddress {
  /** Another text after every change. */
  readonly head: string;
}

/** One batch of a run's log. */
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

  /** Makes a worker known. `force` takes the place of a deployment that had the same address and other services. */
  async register(uri: string, force: boolean): Promise<void> {
    const answer = await this.#http.request({ method: 'POST', path: '/deployments', body: { uri, force }, timeout: 30_000 });
    if (answer.status >= 300) throw refused(answer, `a worker at ${uri}`);
  }

  /** The heads of all runs, or of one. */
  async heads(only?: RunAddress): Promise<RunHead[]> {
    const where = only ? `service_name = ${sqlText(only.service)} AND service_key = ${sqlText(only.runId)}` : ours('service_name');
    const rows = await this.#query<StateRow>(`SELECT service_name, service_key, value_utf8 FROM state WHERE key = 'head' AND ${where}`);
    return rows.map((row) => ({ ...addressOf(row), head: row.value_utf8 }));
  }

  /** How many bytes the logs of all runs have. */
  async logSizes(): Promise<(RunAddress & { readonly bytes: number })[]> {
    const rows = await this.#query<StateRow & { bytes: number }>(
      `SELECT service_name, service_key, sum(value_length) AS bytes FROM state WHERE key LIKE 'log/%' AND ${ours('service_name')} GROUP BY service_name, service_key`,
    );
    return rows.map((row) => ({ ...addressOf(row), bytes: row.bytes }));
  }

  /** What the log of a run has after a key. */
  async logAfter({ service, runId }: RunAddress, key: string): Promise<LogRow[]> {
    return this.#log(`service_name = ${sqlText(service)} AND service_key = ${sqlText(runId)} AND key > ${sqlText(key)}`);
  }

  /** The whole logs of these runs, and of runs of the same ids in other services. */
  async logsOf(runs: readonly RunAddress[]): Promise<LogRow[]> {
    const ids = [...new Set(runs.map(({ runId }) => runId))];
    return this.#log(`${ours('service_name')} AND service_key IN (${ids.map(sqlText).join(', ')})`);
  }

  /** What has not ended: all runs, or one. */
  async openRuns(only?: RunAddress): Promise<OpenInvocation[]> {
    const one = only ? ` AND target_service_name = ${sqlText(only.service)} AND target_service_key = ${sqlText(only.runId)}` : '';
    const rows = await this.#query<InvocationRow>(
      `SELECT id, target_service_name, target_service_key, status, retry_count, last_failure FROM sys_invocation
       WHERE target_handler_name = 'run' AND status <> 'completed' AND ${ours('target_service_name')}${one}`,
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

  async #log(where: string): Promise<LogRow[]> {
    const rows = await this.#query<StateRow & { key: string }>(
      `SELECT service_name, service_key, key, value_utf8 FROM state WHERE key LIKE 'log/%' AND ${where}`,
    );
    return rows.map((row) => ({ ...addressOf(row), key: row.key, value: row.value_utf8 }));
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

interface StateRow {
  readonly service_name: string;
  readonly service_key: string;
  readonly value_utf8: string;
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
