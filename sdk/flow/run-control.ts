import { DurableFlowError, RunCancelled } from '../errors/index.js';
import { unknownRun, type Dispatcher, type EnginePorts, type RunWatch, type Settlement, type WorkflowRegistry } from '../runtime/index.js';
import { isEnded, type RunRecord } from '../store/index.js';

/** Makes things happen to single runs, and passes on what has happened to those who wait for it. */
export class RunControl {
  readonly #ports: EnginePorts;
  readonly #registry: WorkflowRegistry;
  readonly #watch: RunWatch;
  readonly #dispatcher: () => Dispatcher;

  constructor(ports: EnginePorts, registry: WorkflowRegistry, watch: RunWatch, dispatcher: () => Dispatcher) {
    this.#ports = ports;
    this.#registry = registry;
    this.#watch = watch;
    this.#dispatcher = dispatcher;
  }

  /** Throws `DF_UNKNOWN_RUN`. */
  get(runId: string): RunRecord {
    const run = this.#ports.store.run(runId);
    if (!run) throw unknownRun(runId);
    return run;
  }

  async signal(runId: string, name: string, payload: unknown, dedupeId: string | undefined): Promise<boolean> {
    if (typeof name !== 'string' || name === '') throw new DurableFlowError('DF_SIGNAL_INVALID', 'a signal needs a name');
    if (dedupeId !== undefined && typeof dedupeId !== 'string') {
      throw new DurableFlowError('DF_SIGNAL_INVALID', `the dedupeId of signal "${name}" must be a string`);
    }
    const encoded = this.#ports.payloads.encode(payload, `the payload of signal "${name}"`);
    const answer = await this.#ports.store.signal(runId, { name, payload: encoded, dedupeId, at: this.#ports.clock.now() });
    if (answer === 'unknown') throw unknownRun(runId);
    if (answer === 'ended') throw this.#ended(runId);
    this.woken(runId);
    return answer === 'recorded';
  }

  async cancel(runId: string, reason: string): Promise<void> {
    const { store, errors, clock, telemetry } = this.#ports;
    const error = new RunCancelled(`run "${runId}" was cancelled: ${reason}`, { details: { reason } });
    const answer = await store.cancel(runId, reason, errors.encode(error), clock.now());
    if (answer === 'unknown') throw unknownRun(runId);
    if (answer === 'ended') throw this.#ended(runId);
    this.#dispatcher().execution(runId)?.cancel(reason);
    if (answer === 'requested') return this.#dispatcher().scanSoon();
    this.#watch.check(runId);
    const { parent, workflow, createdAt, updatedAt } = this.get(runId);
    telemetry.emit('run.ended', { id: runId, workflow }, { status: 'cancelled', durationMs: updatedAt - createdAt, error: undefined });
    if (parent !== undefined) this.woken(parent);
    await this.#cancelChildren(runId);
  }

  async resume(runId: string): Promise<void> {
    const dispatcher = this.#dispatcher();
    const run = this.get(runId);
    const { isRemote } = this.#ports.store;
    // Where runs are executed elsewhere, the class is not needed here.
    const registration = isRemote ? undefined : this.#registry.named(run.workflow, run.version);
    if (dispatcher.holds(runId)) return;
    if (run.status === 'diverged') await this.#ports.store.reopen(runId, this.#ports.clock.now());
    else if (isEnded(run.status)) throw this.#ended(runId);
    if (!registration) return;
    registration.available = true;
    await dispatcher.recover();
    if (dispatcher.holds(runId) || (await dispatcher.claim(runId))) return;
    if (this.get(runId).status === 'running' && !dispatcher.holds(runId)) {
      const stall = await dispatcher.stallOf(runId);
      if (stall !== undefined) throw stall;
      throw new DurableFlowError('DF_RUN_BUSY', `run "${runId}" is executed by another process`, { details: { runId } });
    }
  }

  /** Something was decided or sent: the run is either in memory here, or parked and claimable now. */
  woken(runId: string): void {
    this.#dispatcher().execution(runId)?.wake();
    // The execution may just be putting the run aside, so look in the file as well.
    this.#dispatcher().scanSoon();
  }

  /** An execution of this process has come to an end. */
  settled(runId: string, settlement: Settlement): void {
    if (settlement.kind === 'stalled') {
      // Fenced: another process goes on with the run, and its end will be seen in the file.
      const fenced = settlement.error instanceof DurableFlowError && settlement.error.code === 'DF_FENCED';
      if (!fenced) this.#watch.fail(runId, settlement.error);
      return;
    }
    if (settlement.kind !== 'ended') return this.#watch.check(runId);
    this.#watch.ended(runId, settlement);
    if (settlement.parent !== undefined) this.woken(settlement.parent);
    if (settlement.status === 'cancelled') void this.#cancelChildren(runId).catch((error: unknown) => this.#watch.fail(runId, error));
  }

  async #cancelChildren(runId: string): Promise<void> {
    for (const { run, detached } of this.#ports.store.children(runId)) {
      if (detached || isEnded(run.status)) continue;
      // Another process may end it first.
      await this.cancel(run.id, `its parent "${runId}" was cancelled`).catch((error: unknown) => {
        if (!(error instanceof DurableFlowError && error.code === 'DF_RUN_ENDED')) throw error;
      });
    }
  }

  #ended(runId: string): DurableFlowError {
    return new DurableFlowError('DF_RUN_ENDED', `run "${runId}" is ${this.get(runId).status}`, { details: { runId } });
  }
}
