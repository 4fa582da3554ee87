import { DurableFlowError } from '../errors/index.js';
import type { JournalRecord } from '../journal/index.js';
import type { History } from '../store/index.js';
import type * as port from '../store/index.js';
import { Connection, type RestateCondition, type RestateStoreOptions } from './connection.js';
import { MirrorReads } from './mirror-reads.js';

/**
 * The runs of a Restate server as a store, for `DurableFlow.open`: start them, look at them, decide, signal and cancel. They are
 * executed by workers elsewhere (`serve`), never in this process.
 *
 * Throws `DF_RESTATE_UNREACHABLE` if the server does not answer, `DF_RESTATE_REFUSED` if it does not let you in, and
 * `DF_INVALID_INPUT` for an address that is none or that holds a secret.
 *
 * @example
 * ```ts
 * import { DurableFlow, DurableFlowError } from 'durableflow';
 * import { restateStore } from 'durableflow/restate';
 *
 * // Nothing listens at port 1; a server's ports are 8080 and 9070.
 * const server = { ingress: 'http://127.0.0.1:1', admin: 'http://127.0.0.1:1' };
 * try {
 *   const flow = await DurableFlow.open(await restateStore({ ...server, patience: 0 }));
 *   for (const { id, digest } of flow.approvals()) await flow.approve(id, { by: 'ann', digest });
 *   await flow.close();
 * } catch (error) {
 *   if (error instanceof DurableFlowError) console.log(error.code); // DF_RESTATE_UNREACHABLE
 * }
 * ```
 */
export async function restateStore(options: RestateStoreOptions): Promise<RestateStore> {
  return new RestateStore(await Connection.open(options));
}

/** Made by `restateStore`. */
export class RestateStore extends MirrorReads implements port.Store {
  readonly isRemote = true;
  readonly #connection: Connection;
  #seen: number;

  /** @internal */
  constructor(connection: Connection) {
    super(connection.mirror);
    this.#connection = connection;
    this.#seen = connection.mirror.revision;
  }

  async start({ hasNewId = false, ...run }: port.NewRun): Promise<port.Started> {
    if (run.queue) throw unsupported('queues');
    const known = hasNewId ? undefined : (this.run(run.id) ?? (await this.#connection.inOtherService(run)));
    if (known && (known.workflow !== run.workflow || known.version !== run.version)) return { kind: 'exists', run: known };
    const isNew = await this.#connection.begin(run, run.id, { verb: 'start', run: { ...run, owner: undefined } });
    return isNew ? { kind: 'started', lease: undefined } : { kind: 'exists', run: this.run(run.id)! };
  }

  async importHistory(history: History, id: string): Promise<boolean> {
    if (this.run(id)) return false;
    return this.#connection.begin(history.run, id, { verb: 'importHistory', history, id });
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
    return this.#connection.tell<port.DecideAnswer>(approval.runId, { verb: 'decide', call: approval.call, decision }, 'unknown', 'ended');
  }

  resolve(runId: string, call: number, resolution: port.EffectResolution): Promise<port.DecideAnswer> {
    return this.#connection.tell<port.DecideAnswer>(runId, { verb: 'resolve', call, resolution }, 'unknown', 'ended');
  }

  cancel(runId: string, reason: string, outcome: string, at: number): Promise<port.CancelAnswer> {
    return this.#connection.tell<port.CancelAnswer>(runId, { verb: 'cancel', reason, outcome, at }, 'unknown', 'ended');
  }

  signal(runId: string, signal: port.NewSignal): Promise<port.SignalAnswer> {
    return this.#connection.tell<port.SignalAnswer>(runId, { verb: 'signal', signal }, 'unknown', 'ended');
  }

  reopen(runId: string, at: number): Promise<boolean> {
    return this.#connection.tell(runId, { verb: 'reopen', at }, false, false);
  }

  async setAttributes(runId: string, attributes: port.Attributes): Promise<boolean> {
    if (!this.run(runId)) return false;
    if (await this.#connection.tell(runId, { verb: 'setAttributes', attributes }, false, false)) return true;
    throw new DurableFlowError('DF_RUN_ENDED', `run "${runId}" has ended; its attributes stay as they are`, { details: { runId } });
  }

  /** What has ended is forgotten by the server; a diverged run is not over for it, so it stays. */
  async prune({ limit, ...which }: port.Pruning): Promise<number> {
    let pruned = 0;
    for (const { id } of this.#prunable(which).slice(0, limit)) if (await this.#connection.forget(id)) pruned++;
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

  /** Looks at one run, whoever has started it, also without `follow`; from then on it is known here. False if there is none of this id. */
  look(runId: string): Promise<boolean> {
    return this.#connection.look(runId);
  }

  watch(runId: string): () => void {
    return this.#connection.watch(runId);
  }

  /**
   * Makes a worker known to the server, so that it is sent runs of these services. Throws `DF_RESTATE_REFUSED`, and
   * `DF_RESTATE_ADDRESS` if the server knows its address with other ones that have open runs.
   */
  registerDeployment(uri: string, force = false, services: readonly string[] = []): Promise<void> {
    return this.#connection.registerDeployment(uri, force, services);
  }

  /** How the server and what it has of ours stand. Throws `DF_RESTATE_UNREACHABLE`. */
  condition(): Promise<RestateCondition> {
    return this.#connection.condition();
  }

  close(): Promise<void> {
    return this.#connection.close();
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

  #prunable({ before, status }: Omit<port.Pruning, 'limit'>): port.RunRecord[] {
    const over = this.runs({ status: status ?? ['completed', 'failed', 'rejected', 'cancelled'], limit: Number.MAX_SAFE_INTEGER });
    return over.filter((run) => run.status !== 'diverged' && run.updatedAt < before).toReversed();
  }
}

const unsupported = (what: string) =>
  new DurableFlowError('DF_RESTATE_UNSUPPORTED', `${what} of DurableFlow are not kept on a Restate server`);

/** Only the holder of a lease may do this, and nobody here has one. */
const elsewhere = (): Promise<never> =>
  Promise.reject(new DurableFlowError('DF_FENCED', 'runs of a Restate server are executed by its workers alone'));
