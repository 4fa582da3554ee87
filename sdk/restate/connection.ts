import { milliseconds, type Duration } from '../definition/duration.js';
import { DurableFlowError } from '../errors/index.js';
import { isEnded, type RunRecord } from '../store/index.js';
import { Admin } from './admin.js';
import { Ingress, type FirstEntry } from './ingress.js';
import type { RunEvent } from './log-entry.js';
import { Mirror } from './mirror.js';
import { MirrorFollower } from './mirror-follower.js';
import { RestateHttp } from './restate-http.js';
import { serviceNameOf, workflowOfService } from './service-name.js';

/** Where the server is, and how to look at it. */
export interface RestateStoreOptions {
  /** Where runs are started and told things, such as `http://127.0.0.1:8080`. */
  readonly ingress: string;
  /** The admin API, such as `http://127.0.0.1:9070`. */
  readonly admin: string;
  /** Whether to look at all runs, whoever has started them. Without, only at those that this store has started. Default true. */
  readonly follow?: boolean;
  /** Sent with every request, for example `authorization`. They appear in no message. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How long to wait for a worker to act on what a run is told; the server keeps it in any case. Default `'5s'`. */
  readonly answerTimeout?: Duration;
  /** How long to try again while the server cannot be reached. Default `'5s'`. */
  readonly patience?: Duration;
}

/** What a Restate server tells of itself and of our runs on it. */
export interface RestateCondition {
  readonly version: string;
  readonly deployments: readonly { readonly uri: string; readonly services: readonly string[] }[];
  /** Runs that the server cannot get executed, and why. A paused one is not tried any more. */
  readonly failing: readonly {
    readonly invocation: string;
    readonly runId: string;
    readonly isPaused: boolean;
    readonly retries: number;
    readonly failure: string | undefined;
  }[];
  /** Runs whose log this version cannot read. */
  readonly unreadable: readonly { readonly runId: string; readonly why: string }[];
}

/** Both APIs of one server, and the mirror of its runs. Whatever is told to a run here can be read in the mirror afterwards. */
export class Connection {
  readonly mirror: Mirror;
  readonly #ingress: Ingress;
  readonly #admin: Admin;
  readonly #follower: MirrorFollower;
  readonly #wait: number;
  readonly #follows: boolean;
  readonly #https: readonly RestateHttp[];

  private constructor({ ingress, admin, follow = true, headers = {}, answerTimeout = '5s', patience = '5s' }: RestateStoreOptions) {
    const longest = milliseconds(patience, 'patience');
    const toIngress = new RestateHttp(ingress, headers, longest);
    const toAdmin = new RestateHttp(admin, headers, longest);
    this.#https = [toIngress, toAdmin];
    this.#wait = milliseconds(answerTimeout, 'answerTimeout');
    this.#follows = follow;
    this.#ingress = new Ingress(toIngress);
    this.#admin = new Admin(toAdmin);
    this.mirror = new Mirror(this.#admin);
    this.#follower = new MirrorFollower(this.mirror, this.#ingress, follow);
  }

  /** Resolves when the server has answered, and, if all runs are followed, they have been read. */
  static async open(options: RestateStoreOptions): Promise<Connection> {
    const connection = new Connection(options);
    try {
      if (connection.#follows) await connection.mirror.sync();
      else await connection.#admin.version();
    } catch (error) {
      await connection.close();
      throw error;
    }
    return connection;
  }

  /** Whether the run is new. */
  async begin({ workflow, version }: { workflow: string; version: string }, runId: string, first: FirstEntry): Promise<boolean> {
    const address = { service: serviceNameOf(workflow, version), runId };
    const isNew = await this.#ingress.start(address, first);
    if (!isNew) await this.mirror.syncRuns([address]);
    await this.mirror.begin(address, first);
    return isNew;
  }

  /** A run of this id that another workflow or version has; one that looks at all runs knows it already. */
  async inOtherService({ id, workflow, version }: Pick<RunRecord, 'id' | 'workflow' | 'version'>): Promise<RunRecord | undefined> {
    if (this.#follows) return undefined;
    const own = serviceNameOf(workflow, version);
    const other = (await this.#admin.servicesOf(id)).find((service) => service !== own && workflowOfService(service) !== undefined);
    if (other === undefined) return undefined;
    await this.mirror.syncRuns([{ service: other, runId: id }]);
    return this.mirror.store.run(id);
  }

  /** Looks at one run, whoever has started it; from now on it is known here. False if there is none of this id. */
  async look(runId: string): Promise<boolean> {
    const known = this.mirror.addressOf(runId);
    const service = known?.service ?? (await this.#admin.servicesOf(runId)).find((it) => workflowOfService(it) !== undefined);
    if (service === undefined) return false;
    await this.mirror.syncRuns([{ service, runId }]);
    return this.mirror.store.run(runId) !== undefined;
  }

  /** Tells a run something. `unknown` and `ended` are the answers of runs that need not be asked. Throws `DF_RESTATE_PENDING` if no worker answers in time. */
  async tell<T>(runId: string, event: RunEvent, unknown: T, ended: T): Promise<T> {
    const address = this.mirror.addressOf(runId);
    if (!address) return unknown;
    const { status } = this.mirror.store.run(runId)!;
    // An end is for good, and then no worker is needed for the answer.
    if (isEnded(status) && status !== 'diverged') return ended;
    const told = await this.#ingress.deliver(address, event, this.#wait);
    await this.mirror.syncRuns([address]);
    if (told !== 'pending') return told.answer as T;
    throw new DurableFlowError('DF_RESTATE_PENDING', `run "${runId}" has been told, and no worker has acted on it yet`, {
      details: { runId },
    });
  }

  /** The server forgets a run. False if it has not ended there. */
  async forget(runId: string): Promise<boolean> {
    const address = this.mirror.addressOf(runId);
    const invocation = address && (await this.#admin.invocationOf(address));
    if (invocation !== undefined && !(await this.#admin.purge(invocation))) return false;
    await this.mirror.remove(runId);
    return true;
  }

  /** Looks at a run until it has ended, or until the function that is returned is called. */
  watch(runId: string): () => void {
    const address = this.mirror.addressOf(runId);
    return address ? this.#follower.watch(address) : () => {};
  }

  registerDeployment(uri: string, force: boolean, services: readonly string[]): Promise<void> {
    return this.#admin.register(uri, force, services);
  }

  async condition(): Promise<RestateCondition> {
    const [version, deployments, open] = await Promise.all([this.#admin.version(), this.#admin.deployments(), this.#admin.openRuns()]);
    return {
      version,
      deployments: deployments.map(({ uri, services }) => ({ uri, services: services.map(({ name }) => name) })),
      failing: open
        .filter(({ status }) => status === 'backing-off' || status === 'paused')
        .map(({ id, runId, status, retries, failure }) => ({ invocation: id, runId, isPaused: status === 'paused', retries, failure })),
      unreadable: [...this.mirror.unreadable].map(([runId, why]) => ({ runId, why })),
    };
  }

  async close(): Promise<void> {
    this.#follower.close();
    for (const http of this.#https) http.close();
    await this.mirror.close();
  }
}
