import { isDeepStrictEqual } from 'node:util';
import { DurableFlowError } from '../errors/index.js';
import { decode, digest, type PayloadLimit } from '../journal/index.js';
import type { Attributes, NewRun, RunRecord } from '../store/index.js';
import type { EnginePorts } from './call-host.js';
import { newRunId } from './run-id.js';
import type { Registration } from './workflow-registry.js';

/** A run to start; times in milliseconds. */
export interface RunRequest {
  readonly id?: string | undefined;
  readonly encodedInput: string;
  readonly inputDigest: string;
  /** How long to wait before it begins. */
  readonly delay?: number | undefined;
  readonly deadline?: number | undefined;
  readonly priority?: number | undefined;
  readonly attributes?: Attributes | undefined;
  readonly parent?: NewRun['parent'];
}

/** Takes the lease on new runs, and executes those that it has taken it on. */
export interface Executor {
  /** Who to lease a new run to; undefined if there is no room. The place is kept until `freeReserved`. */
  reserveOwner(): string | undefined;
  freeReserved(): void;
  execute(claim: {
    lease: { runId: string; epoch: number; row: number };
    run: RunRecord;
    journal: [];
    approvals: [];
    effects: [];
    waits: [];
  }): void;
  /** There is a run that could be claimed. */
  scanSoon(): void;
  /** There is a run that can be claimed from this moment on. */
  scanAt(at: number): void;
}

/** Starts runs: for callers, for other runs, and by schedule. */
export class RunStarter {
  readonly #ports: Pick<EnginePorts, 'store' | 'clock' | 'telemetry'>;
  readonly #executor: () => Executor;

  constructor(ports: Pick<EnginePorts, 'store' | 'clock' | 'telemetry'>, executor: () => Executor) {
    this.#ports = ports;
    this.#executor = executor;
  }

  /** Throws `DF_INPUT_MISMATCH` if the id belongs to other work; the same work is left as it is. */
  async start(registration: Registration, request: RunRequest): Promise<string> {
    const { store, telemetry } = this.#ports;
    const executor = this.#executor();
    const owner = executor.reserveOwner();
    try {
      const run = this.prepare(registration, request, owner);
      const started = await store.start(run);
      if (started.kind === 'exists') {
        assertSameWork(started.run, run);
        return run.id;
      }
      telemetry.emit(
        'run.started',
        { id: run.id, workflow: run.workflow },
        { version: run.version, parent: run.parent?.runId, parentCall: run.parent?.call },
      );
      if (started.lease)
        executor.execute({ lease: started.lease, run: freshRecord(run), journal: [], approvals: [], effects: [], waits: [] });
      else if (run.startAt === undefined) executor.scanSoon();
      else executor.scanAt(run.startAt);
      return run.id;
    } finally {
      if (owner !== undefined) executor.freeReserved();
    }
  }

  /** The run as the store is to have it. Without an owner, or if it goes through a queue, it waits to be claimed. */
  prepare({ definition, queue }: Registration, request: RunRequest, owner?: string): NewRun {
    const at = this.#ports.clock.now();
    const { id = newRunId(at), encodedInput, delay, deadline = definition.deadline } = request;
    if (typeof id !== 'string' || id === '')
      throw new DurableFlowError('DF_INVALID_INPUT', `a run's id must be a string that is not empty, not ${JSON.stringify(id)}`);
    const { priority = 0, attributes } = request;
    if (!Number.isInteger(priority))
      throw new DurableFlowError('DF_INVALID_INPUT', `the priority of a run must be a whole number, not ${JSON.stringify(priority)}`);
    if (attributes) checkAttributes(attributes);
    const waits = queue !== undefined || delay !== undefined;
    return {
      id,
      workflow: definition.name,
      version: definition.version,
      input: encodedInput,
      inputDigest: request.inputDigest,
      at,
      owner: waits ? undefined : owner,
      startAt: delay === undefined ? undefined : at + delay,
      deadlineAt: deadline === undefined ? undefined : at + (delay ?? 0) + deadline,
      parent: request.parent,
      queue: queue && { name: queue.name, key: queue.key && keyOf(queue.key(decode(encodedInput) as never), definition.name) },
      priority,
      attributes,
      compensates: definition.compensates,
      ...(request.id === undefined && { hasNewId: true }),
    };
  }
}

/** The input as the store is to have it. Throws `DF_UNSERIALISABLE` and `DF_PAYLOAD_TOO_LARGE`. */
export function encodeInput(input: unknown, workflow: string, payloads: PayloadLimit): Pick<RunRequest, 'encodedInput' | 'inputDigest'> {
  const encodedInput = payloads.encode(input, `the input of ${workflow}`);
  return { encodedInput, inputDigest: digest(encodedInput) };
}

/** Throws `DF_INVALID_INPUT` if a value is no string. */
export function checkAttributes(attributes: Attributes): void {
  for (const [name, value] of Object.entries<unknown>(attributes)) {
    if (typeof value !== 'string')
      throw new DurableFlowError('DF_INVALID_INPUT', `the attribute "${name}" must be a string, not ${JSON.stringify(value)}`);
  }
}

function keyOf(key: unknown, workflow: string): string {
  if (typeof key === 'string') return key;
  throw new DurableFlowError('DF_INVALID_INPUT', `the queue key of workflow "${workflow}" must be a string, not ${String(key)}`);
}

function freshRecord({ id, workflow, version, input, inputDigest, at, owner, deadlineAt, parent, queue, priority }: NewRun): RunRecord {
  return {
    id, workflow, version, input, inputDigest, owner, deadlineAt, status: 'running', epoch: 1, createdAt: at, updatedAt: at, outcome: undefined, wakeAt: undefined,
    cancelReason: undefined, parent: parent?.runId, queue: queue?.name, priority: priority ?? 0,
  }; // prettier-ignore
}

function assertSameWork(existing: RunRecord, wanted: NewRun): void {
  const details = { runId: wanted.id };
  if (existing.workflow !== wanted.workflow) {
    throw new DurableFlowError('DF_INPUT_MISMATCH', `run "${wanted.id}" is a run of workflow "${existing.workflow}"`, { details });
  }
  // The order of keys changes the digest, but not the input.
  if (existing.inputDigest !== wanted.inputDigest && !isDeepStrictEqual(decode(existing.input), decode(wanted.input))) {
    throw new DurableFlowError('DF_INPUT_MISMATCH', `run "${wanted.id}" was started with another input`, { details });
  }
}
