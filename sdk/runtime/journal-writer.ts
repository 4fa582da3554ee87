import type { JournalRecord } from '../journal/index.js';
import type { DecisionRecord, Lease, SqlDatabase } from '../store/index.js';
import type { EnginePorts } from './call-host.js';
import type { Call, MethodCall, Outcome } from './call.js';

/** Appends to the journal of one run, in order, under its lease. */
export class JournalWriter {
  readonly #ports: EnginePorts;
  readonly #lease: Lease;
  readonly #subject: { readonly id: string; readonly workflow: string };
  readonly #onFailure: (error: unknown) => void;
  #nextSeq: number;
  #pending: Promise<void> | undefined;

  /** @param onFailure told when a commit has failed */
  constructor(
    ports: EnginePorts,
    lease: Lease,
    subject: { readonly id: string; readonly workflow: string },
    nextSeq: number,
    onFailure: (error: unknown) => void,
  ) {
    this.#ports = ports;
    this.#lease = lease;
    this.#subject = subject;
    this.#nextSeq = nextSeq;
    this.#onFailure = onFailure;
  }

  /** Resolves when all that was appended is on disk, or a commit has failed, which is told before; undefined if it is on disk already. */
  get pending(): Promise<void> | undefined {
    return this.#pending;
  }

  append(
    call: Call,
    { kind, value, attempts, receipt }: Exclude<Outcome, { kind: 'committed' }>,
    startedAt: number,
    decision: DecisionRecord | undefined,
  ): JournalRecord {
    const record = this.#recordOf(call, kind, value, attempts, startedAt);
    const pending = this.#ports.store.append(this.#lease, record, receipt, decision).then(() => {
      if (this.#pending === pending) this.#pending = undefined;
      this.#tell(record);
    }, this.#onFailure);
    this.#pending = pending;
    return record;
  }

  /** Commits `work` and the record of what it returns; rejects with what `work` throws, or the store's error. */
  async transact(
    call: MethodCall,
    attempts: number,
    startedAt: number,
    work: (db: SqlDatabase) => unknown,
    decision: () => DecisionRecord | undefined,
  ): Promise<JournalRecord> {
    // Its place in the journal is that of its commit: what is recorded meanwhile is delivered earlier.
    const record = await this.#ports.store.transact(
      this.#lease,
      work,
      (value) =>
        this.#recordOf(
          call,
          'returned',
          this.#ports.payloads.encode(value, `what the transaction of ${call.name} returned`),
          attempts,
          startedAt,
        ),
      decision,
    );
    this.#tell(record);
    return record;
  }

  #recordOf(call: Call, outcome: JournalRecord['outcome'], value: string, attempts: number, startedAt: number): JournalRecord {
    const { index, name, digest } = call;
    const endedAt = this.#ports.clock.now();
    return { seq: this.#nextSeq++, call: index, name, digest, outcome, value, attempts, startedAt, endedAt };
  }

  #tell({ call, name, outcome, attempts, startedAt, endedAt }: JournalRecord): void {
    this.#ports.telemetry.emit('step.recorded', this.#subject, { call, method: name, outcome, attempts, durationMs: endedAt - startedAt });
  }
}
