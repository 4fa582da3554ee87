import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Database from 'better-sqlite3';
import type { LogEntry, RunEvent } from '../../sdk/restate/log-entry.js';
import { replicaStore, RunReplica } from '../../sdk/restate/run-replica.js';

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/**
 * The two APIs of a Restate server, in the formats that version 1.7.12 answers with, over tables in memory; and one worker, which
 * writes the logs that tests tell it to, and answers events by applying them.
 */
export class FakeRestate {
  readonly db = new Database(':memory:');
  readonly requests: { readonly path: string; readonly headers: IncomingMessage['headers'] }[] = [];
  /** No worker acts on anything while this is false. */
  hasWorker = true;
  /** Answered in the place of the real answer, so often. */
  outage: { status: number; times: number; says?: string } | undefined;
  /** What is asked while this is open is answered afterwards. */
  hold: Promise<void> | undefined;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #services: Set<string>;
  /** What the worker serves by now; the server asks for it when it is told of an address that it does not know, or is forced to. */
  serves: readonly string[] | undefined;
  readonly #runs = new Map<string, RunReplica>();
  readonly #answers = new Map<string, unknown>();
  readonly #keys = new Map<string, string>();
  readonly #ends = new Map<string, unknown>();
  #invocations = 0;
  #port = 0;

  private constructor(services: readonly string[]) {
    this.#services = new Set(services);
    this.db.exec(`CREATE TABLE state (service_name, service_key, key, value_utf8, value_length);
      CREATE TABLE sys_invocation (id, target_service_name, target_service_key, target_handler_name, status, retry_count, last_failure, modified_at, journal_size);
      CREATE VIEW sys_invocation_status AS SELECT * FROM sys_invocation;
      CREATE TABLE sys_journal (id, "index", entry_json)`);
  }

  static async start(...services: string[]): Promise<FakeRestate> {
    const fake = new FakeRestate(services);
    await fake.listen();
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** At the port that it had before, if it had one. */
  listen(): Promise<void> {
    return new Promise((resolve) =>
      this.#server.listen(this.#port, '127.0.0.1', () => {
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      }),
    );
  }

  stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    return closed;
  }

  /** The worker commits a batch. */
  async write(service: string, runId: string, entries: readonly LogEntry[]): Promise<unknown> {
    const name = `${service}/${runId}`;
    const replica = this.#runs.get(name) ?? new RunReplica(replicaStore(), runId, { isWhole: false });
    this.#runs.set(name, replica);
    let answer: unknown;
    for (const entry of entries) answer = await replica.apply(entry);
    const { n } = this.db.prepare(`SELECT count(*) AS n FROM state WHERE service_name = ? AND service_key = ? AND key LIKE 'log/%'`).get(service, runId) as { n: number }; // prettier-ignore
    const put = this.db.prepare('INSERT INTO state VALUES (?, ?, ?, ?, ?)');
    const value = JSON.stringify(entries);
    put.run(service, runId, `log/${String(n).padStart(6, '0')}`, value, value.length);
    const end = entries.find((entry) => entry.verb === 'finish');
    const status = end ? 'completed' : entries.at(-1)?.verb === 'park' ? 'suspended' : 'running';
    const id = this.#invocationOf(service, runId) ?? this.#invoke(service, runId, 'run');
    this.db
      .prepare('UPDATE sys_invocation SET status = ?, modified_at = ?, journal_size = journal_size + 1 WHERE id = ?')
      .run(status, new Date().toISOString(), id);
    if (end) this.#ends.set(name, {});
    return answer;
  }

  /** Somebody has started the run. */
  invoked(service: string, runId: string, first: LogEntry): void {
    this.#start(service, runId, JSON.stringify(first));
  }

  /** Retention has removed the run. */
  forget(runId: string): void {
    this.db.prepare('DELETE FROM state WHERE service_key = ?').run(runId);
    this.db.prepare('DELETE FROM sys_invocation WHERE target_service_key = ?').run(runId);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    this.requests.push({ path, headers: request.headers });
    let text = '';
    for await (const chunk of request) text += String(chunk);
    await this.hold;
    if (this.outage && this.outage.times-- > 0)
      return void response.writeHead(this.outage.status).end(this.outage.says ?? 'upstream connect error');
    const answer = await this.#answer(path.split('/').slice(1).map(decodeURIComponent), text, request.headers['idempotency-key'] as string);
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  }

  async #answer([a = '', b = '', c = '', d = '', e = '']: readonly string[], text: string, key: string): Promise<Answer> {
    if (a === 'version') return ok({ version: '1.7.12', min_admin_api_version: 2, max_admin_api_version: 4, ingress_endpoint: this.url });
    if (a === 'deployments' && text !== '') return this.#register((JSON.parse(text) as { force: boolean }).force);
    if (a === 'deployments') return ok({ deployments: [{ id: 'dp_1', uri: 'http://127.0.0.1:9080/', services: [...this.#services].map((name) => ({ name, revision: 1 })) }] }); // prettier-ignore
    if (a === 'query') return this.#query((JSON.parse(text) as { query: string }).query);
    if (a === 'invocations' && c === 'purge') return this.#purge(b);
    if (a === 'restate' && b === 'invocation') return ok(await until(() => (this.#answers.has(c) ? this.#answers.get(c) : undefined)));
    if (a === 'restate' && e === 'attach') return ok(await until(() => this.#ends.get(`${c}/${d}`)));
    if (!this.#services.has(a)) return { status: 404, body: { code: 404, message: `service '${a}' not found, make sure to register the service before calling it.`, source: 'ingress' } }; // prettier-ignore
    return c === 'run' ? this.#start(a, b, text) : this.#deliver(a, b, text, key);
  }

  #start(service: string, runId: string, text: string): Answer {
    const known = this.#invocationOf(service, runId);
    if (known !== undefined) return accepted(known, 'PreviouslyAccepted');
    const id = this.#invoke(service, runId, 'run');
    const entry_json = JSON.stringify({ Command: { Input: { headers: [], payload: [...Buffer.from(text)], name: '' } } });
    this.db.prepare('INSERT INTO sys_journal VALUES (?, 0, ?)').run(id, entry_json);
    return accepted(id, 'Accepted');
  }

  #deliver(service: string, runId: string, text: string, key: string): Answer {
    const known = this.#keys.get(key);
    if (known) return accepted(known, 'PreviouslyAccepted');
    const id = this.#invoke(service, runId, 'deliver');
    this.#keys.set(key, id);
    void until(() => this.hasWorker || undefined)
      .then(() => this.write(service, runId, [JSON.parse(text) as RunEvent]))
      .then((answer) => this.#answers.set(id, answer));
    return accepted(id, 'Accepted');
  }

  #invocationOf(service: string, runId: string): string | undefined {
    const known = this.db
      .prepare(`SELECT id FROM sys_invocation WHERE target_service_name = ? AND target_service_key = ? AND target_handler_name = 'run'`)
      .get(service, runId) as { id: string } | undefined;
    return known?.id;
  }

  #invoke(service: string, runId: string, handler: string): string {
    const id = `inv_${++this.#invocations}`;
    this.db
      .prepare(`INSERT INTO sys_invocation VALUES (?, ?, ?, ?, 'running', 0, NULL, ?, 1)`)
      .run(id, service, runId, handler, new Date().toISOString());
    return id;
  }

  #register(force: boolean): Answer {
    if (force && this.serves) this.#services = new Set(this.serves);
    return ok({ id: 'dp_1', services: [...this.#services].map((name) => ({ name })) });
  }

  #query(sql: string): Answer {
    try {
      // A field that is null is left out.
      const rows = this.db.prepare(sql).all() as Record<string, unknown>[];
      return ok({ rows: rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))) });
    } catch (error) {
      return { status: 500, body: { message: `Datafusion error: ${(error as Error).message}` } };
    }
  }

  #purge(id: string): Answer {
    const run = this.db.prepare('SELECT status, target_service_key AS runId FROM sys_invocation WHERE id = ?').get(id) as { status: string; runId: string } | undefined; // prettier-ignore
    if (!run) return { status: 404, body: { message: `The requested invocation '${id}' does not exist` } };
    if (run.status !== 'completed') return { status: 409, body: { message: `The invocation '${id}' is not yet completed.`, restate_code: null } }; // prettier-ignore
    this.forget(run.runId);
    return { status: 200 };
  }
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const accepted = (invocationId: string, status: string): Answer => ({ status: 202, body: { invocationId, status } });

async function until<T>(find: () => T | undefined): Promise<T> {
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise((resolve) => void setTimeout(resolve, 5).unref());
  }
}
