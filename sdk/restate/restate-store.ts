import { milliseconds, type Duration } from '../definition/duration.js';
import { DurableFlowError } from '../errors/index.js';
import type { JournalRecord } from '../journal/index.js';
import { isEnded, type History } from '../store/index.js';
import type * as port from '../store/index.js';
import { Admin } from './admin.js';
import { Ingress, type FirstEntry } from './ingress.js';
import type { RunEvent } from './log-entry.js';
import { Mirror } from './mirror.js';
import { MirrorFollower } from './mirror-follower.js';
import { MirrorReads } from './mirror-reads.js';
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

/**
 * The runs of a Restate server as a store, for `DurableFlow.open`: start them, look at them, decide, signal and cancel. They are
 * executed by workers elsewhere (`serve`), never in this process.
 *
 * Throws `DF_RESTATE_UNREACHABLE` if the server does not answer, `DF_RESTATE_REFUSED` if it does not let you in, and
 * `DF_INVALID_INPUT` for an address that is none or that holds a secret.
 */
export async function restateStore(options: RestateStoreOptions): Promise<RestateStore> {
  const { ingress, admin, follow = true, headers = {}, answerTimeout = '5s', patience = '5s' } = options;
  const longest = milliseconds(patience, 'patience');
  const https = [ingress, admin].map((address) => new RestateHttp(address, headers, longest));
  const [toIngress, toAdmin] = https as [RestateHttp, RestateHttp];
  const wait = milliseconds(answerTimeout, 'answerTimeout');
  const api = new Admin(toAdmin);
  const mirror = new Mirror(api);
  const store = new RestateStore(new Ingress(toIngress), api, mirror, { follow, wait, end: () => https.forEach((http) => http.close()) });
  try {
    if (follow) await mirror.sync();
    else await api.version();
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

/** Made by `restateStore`. */
export class RestateStore extends MirrorReads implements port.Store {
  readonly isRemote = true;
  readonly #ingress: Ingress;
  readonly #admin: Admin;
  readonly #follower: MirrorFollower;
  readonly #wait: number;
  readonly #follows: boolean;
  readonly #end: () => void;
  #seen: number;

  /** @internal */
  constructor(
    ingress: Ingress,
    admin: Admin,
    mirror: Mirror,
    options: { readonly follow: boolean; readonly wait: number; readonly end: () => void },
  ) {
    super(mirror);
    this.#ingress = ingress;
    this.#admin = admin;
    this.#wait = options.wait;
    this.#follows = options.follow;
    this.#end = options.end;
    this.#seen = mirror.revision;
    this.#follower = new MirrorFollower(mirror, ingress, options.follow);
  }

  async start(run: port.NewRun): Promise<port.Started> {
    if (run.queue) throw unsupported('queues');
    const known = this.run(run.id) ?? (await this.#inOtherService(run));
    if (known && (known.workflow !== run.workflow || known.version !== run.version)) return { kind: 'exists', run: known };
    const isNew = await this.#begin(run, run.id, { verb: 'start', run: { ...run, owner: undefined } });
    return isNew ? { kind: 'started', lease: undefined } : { kind: 'exists', run: this.run(run.id)! };
  }

  async importHistory(history: History, id: string): Promise<boolean> {
    if (this.run(id)) return false;
    return this.#begin(history.run, id, { verb: 'importHistory', history, id });
  }

  /** Made here as in a file, and then started there from its history. */
  async fork(sourceId: string, id: string, beforeSeq: number, at: number): Promise<boolean> {
    const { store } = this.mirror;
    if (this.run(id) || !(await store.fork(sourceId, id, beforeSeq, at))) return false;
    const history: History = {
      format: 'durableflow.history',
      formatVersion: 1,
      run: store.run(id)!,
      journal: store.journal(id),
      approvals: [],
      effects: [],
      waits: [],
      signals: [],
      attributes: {},
      decisions: store.decisions(id),
    };
    await store.remove(id);
    return this.importHistory(history, id);
  }

  async decide(approvalId: number, decision: port.ApprovalDecision): Promise<port.DecideAnswer> {
    const approval = this.approval(approvalId);
    if (!approval) return 'unknown';
    if (approval.verdict) return 'decided';
    return this.#tell<port.DecideAnswer>(approval.runId, { verb: 'decide', call: approval.call, decision }, 'unknown', 'ended');
  }

  resolve(runId: string, call: number, resolution: port.EffectResolution): Promise<port.DecideAnswer> {
    return this.#tell<port.DecideAnswer>(runId, { verb: 'resolve', call, resolution }, 'unknown', 'ended');
  }

  cancel(runId: string, reason: string, outcome: string, at: number): Promise<port.CancelAnswer> {
    return this.#tell<port.CancelAnswer>(runId, { verb: 'cancel', reason, outcome, at }, 'unknown', 'ended');
  }

  signal(runId: string, signal: port.NewSignal): Promise<port.SignalAnswer> {
    return this.#tell<port.SignalAnswer>(runId, { verb: 'signal', signal }, 'unknown', 'ended');
  }

  reopen(runId: string, at: number): Promise<boolean> {
    return this.#tell(runId, { verb: 'reopen', at }, false, false);
  }

  async setAttributes(runId: string, attributes: port.Attributes): Promise<boolean> {
    if (!this.run(runId)) return false;
    if (await this.#tell(runId, { verb: 'setAttributes', attributes }, false, false)) return true;
    throw new DurableFlowError('DF_RUN_ENDED', `run "${runId}" has ended; its attributes stay as they are`, { details: { runId } });
  }

  /** What has ended is forgotten by the server; a diverged run is not over for it, so it stays. */
  async prune({ limit, ...which }: port.Pruning): Promise<number> {
    let pruned = 0;
    for (const { id } of this.#prunable(which).slice(0, limit)) {
      const address = this.mirror.addressOf(id);
      const invocation = address && (await this.#admin.invocationOf(address));
      if (invocation !== undefined && !(await this.#admin.purge(invocation))) continue;
      await this.mirror.remove(id);
      pruned++;
    }
    return pruned;
  }

  prunable(which: Omit<port.Pruning, 'limit'>): number {
    return this.#prunable(which).length;
  }

  /** Whether there is anything new since the last call. */
  changed(): boolean {
    const { revision } = this.mirror;
    const changed = revision !== this.#seen;
    this.#seen = revision;
    return changed;
  }

  /** For somebody else who wants to know whether there is anything new. */
  watchChanges(): { changed(): boolean; close(): void } {
    let seen = this.mirror.revision;
    return {
      changed: () => {
        const before = seen;
        seen = this.mirror.revision;
        return seen !== before;
      },
      close: () => {},
    };
  }

  watch(runId: string): () => void {
    const address = this.mirror.addressOf(runId);
    return address ? this.#follower.watch(address) : () => {};
  }

  /** Makes a worker known to the server, so that it is sent runs. Throws `DF_RESTATE_REFUSED`. */
  registerDeployment(uri: string, force = false): Promise<void> {
    return this.#admin.register(uri, force);
  }

  /** How the server and what it has of ours stand. Throws `DF_RESTATE_UNREACHABLE`. */
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
    this.#end();
    await this.mirror.close();
  }

  // Nothing is executed in this process.

  async join(): Promise<void> {}
  async heartbeat(): Promise<void> {}
  leave = () => Promise.resolve(0);
  claim = () => Promise.resolve(undefined);
  claimable = (): string[] => [];
  nextWake = () => undefined;
  cancelRequests = () => [];
  append = elsewhere;
  transact = (): Promise<JournalRecord> => elsewhere();
  noteDecision = elsewhere;
  intend = (): Promise<port.IntentAnswer> => elsewhere();
  withdraw = elsewhere;
  requestApproval = elsewhere;
  reopenApproval = elsewhere;
  wait = elsewhere;
  refuseSignal = elsewhere;
  park = (): Promise<'parked' | 'ready'> => elsewhere();
  release = elsewhere;
  finish = elsewhere;
  defineQueue = () => Promise.reject(unsupported('queues'));
  queues = () => [];
  defineSchedule = () => Promise.reject(unsupported('schedules'));
  removeSchedule = () => Promise.resolve(false);
  schedules = () => [];
  fire = () => Promise.resolve(false);

  /** Whether the run is new. Either way it can be read when this resolves. */
  async #begin({ workflow, version }: { workflow: string; version: string }, runId: string, first: FirstEntry): Promise<boolean> {
    const address = { service: serviceNameOf(workflow, version), runId };
    const isNew = await this.#ingress.start(address, first);
    if (!isNew) await this.mirror.syncRun(address);
    await this.mirror.begin(address, first);
    return isNew;
  }

  /** A run of this id that another workflow or version has; one that looks at all runs knows it already. */
  async #inOtherService({ id, workflow, version }: port.NewRun): Promise<port.RunRecord | undefined> {
    if (this.#follows) return undefined;
    const own = serviceNameOf(workflow, version);
    const other = (await this.#admin.servicesOf(id)).find((service) => service !== own && workflowOfService(service) !== undefined);
    if (other === undefined) return undefined;
    await this.mirror.syncRun({ service: other, runId: id });
    return this.run(id);
  }

  /** Tells a run something, and looks at it before this resolves. */
  async #tell<T>(runId: string, event: RunEvent, unknown: T, ended: T): Promise<T> {
    const address = this.mirror.addressOf(runId);
    if (!address) return unknown;
    const { status } = this.run(runId)!;
    // An end is for good, and then no worker is needed for the answer.
    if (isEnded(status) && status !== 'diverged') return ended;
    const told = await this.#ingress.deliver(address, event, this.#wait);
    await this.mirror.syncRun(address);
    if (told !== 'pending') return told.answer as T;
    throw new DurableFlowError('DF_RESTATE_PENDING', `run "${runId}" has been told, and no worker has acted on it yet`, {
      details: { runId },
    });
  }

  #prunable({ before, status }: Omit<port.Pruning, 'limit'>): port.RunRecord[] {
    const over = this.runs({ status: status ?? ['completed', 'failed', 'rejected', 'cancelled'], limit: Number.MAX_SAFE_INTEGER });
    return over.filter((run) => run.status !== 'diverged' && run.updatedAt < before).toReversed();
  }
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

const unsupported = (what: string) =>
  new DurableFlowError('DF_RESTATE_UNSUPPORTED', `${what} of DurableFlow are not kept on a Restate server`);

/** Only the holder of a lease may do this, and nobody here has one. */
const elsewhere = (): Promise<never> =>
  Promise.reject(new DurableFlowError('DF_FENCED', 'runs of a Restate server are executed by its workers alone'));
