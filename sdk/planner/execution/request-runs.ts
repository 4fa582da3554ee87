import { hash, randomUUID } from 'node:crypto';
import { canonicalJson } from '../../agent/canonical-json.js';
import { DurableFlow } from '../../durable-flow.js';
import { DurableFlowError } from '../../errors/index.js';
import type { RunHandle } from '../../flow/run-handle.js';
import { toMicros } from '../../models/cost.js';
import type { SqliteStore } from '../../sqlite/index.js';
import type { RunRecord, SqlDatabase } from '../../store/index.js';
import type { TelemetrySink } from '../../telemetry/index.js';
import type { Attempt } from '../attempt.js';
import type { ChatRequest } from '../chat.js';
import type { Plan } from '../plan.js';
import { requestFailure } from './request-failure.js';
import { requestRecord, shadowOf, type RequestRecord } from './request-record.js';
import { RequestRun } from './request-run.js';
import { RequestTable, type KeptAnswer } from './request-table.js';
import type { ChargedBudget, RunInput, RunOutcome } from './run-input.js';
import type { RunParts } from './run-parts.js';
import { Session, type Delivery } from './session.js';
import { setAside } from './set-aside.js';

/** A planned request. */
export interface Asked {
  readonly request: ChatRequest;
  readonly plan: Plan;
  readonly budget: ChargedBudget | undefined;
  readonly streamed: boolean;
  readonly receivedAt: number;
  readonly requestId: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly signal: AbortSignal | undefined;
}

export interface RequestRunsOptions {
  readonly store: SqliteStore;
  readonly parts: Omit<RunParts, 'sessions' | 'read'>;
  /** How long ended requests, and answers for who asks again, are kept; in milliseconds. */
  readonly keepTracesMs: number;
  readonly keepAnswersMs: number;
  readonly telemetry: TelemetrySink | undefined;
}

const sweepMs = 60_000;

/** Requests as durable runs on one file: starts them, hands their answers to who waits here, and knows them afterwards. */
export class RequestRuns {
  readonly #store: SqliteStore;
  readonly #flow: DurableFlow;
  readonly #options: RequestRunsOptions;
  readonly #sessions = new Map<string, Session>();
  /** Requests with a key that are being started here. */
  readonly #starting = new Map<string, Promise<unknown>>();
  readonly #sweeper: NodeJS.Timeout;

  /** Opens the file; requests that a dead process has left behind go on. */
  static async open(options: RequestRunsOptions): Promise<RequestRuns> {
    const { store, parts, keepTracesMs, telemetry } = options;
    const flow = await DurableFlow.open(store, {
      clock: parts.clock,
      guard: 'off',
      // A request is never left to wait for a place: another process might take it, and its caller waits here.
      maxConcurrentRuns: 1_000_000,
      retention: `${keepTracesMs}ms`,
      ...(telemetry && { telemetry }),
    });
    return new RequestRuns(flow, options);
  }

  private constructor(flow: DurableFlow, options: RequestRunsOptions) {
    const { store, parts } = options;
    this.#store = store;
    this.#flow = flow;
    this.#options = options;
    const all: RunParts = { ...parts, sessions: this.#sessions, read: (work) => store.read(work) };
    flow.register(RequestRun, () => new RequestRun(all));
    this.#sweeper = setInterval(() => this.#sweep(), sweepMs);
    this.#sweeper.unref();
    this.#sweep();
  }

  /** Resolves when there is an answer, or its first words. Throws why there is none. */
  async ask(asked: Asked): Promise<{ readonly requestId: string; readonly delivery: Delivery }> {
    if (asked.idempotencyKey === undefined) {
      const requestId = this.#freeId(asked.requestId);
      return { requestId, delivery: await this.#start(requestId, asked, false, undefined) };
    }
    return this.#askOnce(asked, asked.idempotencyKey);
  }

  /** Throws `DF_PLAN_UNKNOWN`. */
  record(requestId: string): RequestRecord {
    return requestRecord(this.#flow, requestId);
  }

  /** What is spent or set aside in a session budget, in micro-dollars. */
  committed(key: string): number {
    return this.#store.read((db) => RequestTable.of(db).committed({ kind: 'session', key }));
  }

  /** Waits until what is under way here is over, but not longer than this. */
  async drain(graceMs: number): Promise<void> {
    clearInterval(this.#sweeper);
    const until = Date.now() + graceMs;
    while (this.#sessions.size > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** Gives back what is not over, and closes the file. */
  async close(): Promise<void> {
    await this.#flow.close({ grace: 0 });
  }

  async #askOnce(asked: Asked, key: string): Promise<{ readonly requestId: string; readonly delivery: Delivery }> {
    const digest = hash('sha256', canonicalJson([asked.request, asked.plan.constraints, asked.streamed]), 'base64url');
    const name = `key-${hash('sha256', key, 'hex').slice(0, 32)}`;
    for (let n = 1; ; n++) {
      const requestId = n === 1 ? name : `${name}.${n}`;
      // No turn of the event loop may lie between this look and the start.
      for (let other = this.#starting.get(requestId); other; other = this.#starting.get(requestId)) await other;
      const known = this.#store.run(requestId);
      if (known) {
        const delivery = await this.#repeat(known, digest, asked);
        if (delivery) return { requestId, delivery };
        continue;
      }
      const delivery = this.#start(requestId, asked, true, digest);
      try {
        return { requestId, delivery: await delivery };
      } catch (error) {
        // Another process was faster.
        if (!(error instanceof DurableFlowError && error.code === 'DF_INPUT_MISMATCH')) throw error;
        n--;
      }
    }
  }

  /** The recorded answer of a request that was sent before; undefined if it ended without one, so that it may be asked again. */
  async #repeat(run: RunRecord, digest: string, { idempotencyKey, signal }: Asked): Promise<Delivery | undefined> {
    const handle = this.#flow.run<RunOutcome>(run.id);
    const input = handle.view().input as RunInput;
    const reused = (what: string) => new DurableFlowError('DF_PLAN_KEY_REUSED', what, { details: { requestId: run.id, idempotencyKey } });
    if (input.requestDigest !== digest) throw reused('the idempotency key belongs to another request');
    const outcome = await orGone(handle.result(), signal);
    const answer = this.#answer(run.id);
    if (answer?.kind === 'rejection') throw requestFailure(run.id, input.plan, outcome, this.record(run.id).attempts, answer);
    if (outcome.state !== 'answered') return undefined;
    if (!answer) throw reused('the idempotency key was used before, and the answer is not kept any more');
    return deliveryOf(answer, this.record(run.id).attempts);
  }

  #answer(requestId: string): KeptAnswer | undefined {
    const text = this.#store.read((db) => RequestTable.of(db).request(requestId)?.answer);
    return text ? (JSON.parse(text) as KeptAnswer) : undefined;
  }

  async #start(requestId: string, asked: Asked, keyed: boolean, digest: string | undefined): Promise<Delivery> {
    const { request, plan, budget, streamed, receivedAt, signal } = asked;
    const session = new Session(request, signal);
    const input: RunInput = {
      requestId, plan, budget, streamed, receivedAt, keyed, tiers: this.#tiers(plan), shadow: false, chargedMicros: 0, requestDigest: digest ?? '',
    }; // prettier-ignore
    const handle = this.#begin(input, session);
    if (keyed)
      this.#starting.set(
        requestId,
        handle.catch(() => {}).finally(() => this.#starting.delete(requestId)),
      );
    await handle;
    return session.delivered;
  }

  async #begin(input: RunInput, session: Session): Promise<void> {
    const { requestId } = input;
    this.#sessions.set(requestId, session);
    let handle: RunHandle<RunOutcome>;
    try {
      // In one turn, so that they are one commit: there is no run without its prompt, and no money set aside without a run.
      const kept = this.#store.write((db) => this.#admit(db, input, session));
      const started = this.#flow.start(RequestRun, input, { id: requestId });
      [handle] = await Promise.all([started, kept]);
    } catch (error) {
      this.#sessions.delete(requestId);
      await this.#store.write((db) => RequestTable.of(db).withdraw(requestId)).catch(() => {});
      throw error;
    }
    void handle
      .result()
      .then((outcome) => this.#ended(input, session, outcome))
      .catch((error: unknown) => session.fail(error))
      .finally(() => this.#sessions.delete(requestId));
  }

  /** Keeps the prompt of a new run, and sets the worst case of its first attempt aside. */
  #admit(db: SqlDatabase, { requestId, plan, budget, receivedAt }: RunInput, session: Session): void {
    const [first] = plan.chain;
    const table = RequestTable.of(db);
    if (!first || table.hasRun(requestId)) return;
    table.keepRequest(requestId, JSON.stringify(session.request));
    const micros = toMicros(first.estimate.worstCaseUsd);
    session.refusal = budget && setAside(db, { id: `${requestId}/0`, budget, micros, at: receivedAt });
  }

  #ended(input: RunInput, session: Session, outcome: RunOutcome): void {
    const { requestId, plan, shadow } = input;
    if (outcome.state !== 'answered') session.fail(requestFailure(requestId, plan, outcome, session.attempts, session.rejection));
    else if (!session.isAnswered) {
      // By another process.
      const answer = input.keyed ? this.#answer(requestId) : undefined;
      if (answer) session.deliver(deliveryOf(answer, session.attempts));
      else session.fail(new DurableFlowError('DF_PLAN_ABANDONED', 'another process answered the request', { details: { requestId } }));
    }
    if (outcome.state === 'answered' && plan.shadow && !shadow) this.#shadow(input, session);
  }

  /** Asks the shadow what has just been answered: a run of its own, which nobody waits for. */
  #shadow(input: RunInput, { request, attempts }: Session): void {
    const { maxLatencyMs: _, ...constraints } = input.plan.constraints;
    const plan = { ...input.plan, constraints, chain: [input.plan.shadow!], shadow: undefined };
    const chargedMicros = attempts.reduce((sum, { chargedUsd }) => sum + toMicros(chargedUsd), 0);
    const { stream: _stream, stream_options: _options, ...asked } = request;
    const session = new Session(asked, undefined);
    const requestId = shadowOf(input.requestId);
    // A failure of it is on record, and nobody's business.
    this.#begin({ ...input, requestId, plan, chargedMicros, streamed: false, shadow: true, keyed: false }, session).catch(() => {});
  }

  #tiers(plan: Plan): RunInput['tiers'] {
    const { targets } = this.#options.parts;
    const steps = plan.shadow ? [...plan.chain, plan.shadow] : plan.chain;
    return Object.fromEntries(steps.flatMap(({ targetId }) => {
      const reached = targets.get(targetId);
      return reached ? [[targetId, reached.target.tier]] : [];
    })); // prettier-ignore
  }

  #freeId(wanted: string | undefined): string {
    if (wanted === undefined) return `req-${randomUUID()}`;
    if (!/^(?!key-)[\w.:-]{1,128}$/.test(wanted))
      throw new DurableFlowError('DF_PLAN_REQUEST', 'a request id has 1 to 128 letters, digits, and ".", ":", "_" or "-"', {
        details: { param: 'X-Request-Id' },
      });
    return this.#sessions.has(wanted) || this.#store.run(wanted) ? `${wanted}.${randomUUID().slice(0, 8)}` : wanted;
  }

  #sweep(): void {
    const { parts, keepAnswersMs } = this.#options;
    const now = parts.clock.now();
    const { keepPrompts } = parts.limits;
    // The store is out of order; the next one will do.
    this.#store.write((db) => RequestTable.of(db).sweep(now - keepAnswersMs, now, keepPrompts)).catch(() => {});
  }
}

function deliveryOf(answer: KeptAnswer, attempts: readonly Attempt[]): Delivery {
  if (answer.kind === 'completion')
    return { kind: 'completion', targetId: answer.targetId, completion: answer.completion as never, attempts };
  if (answer.kind === 'rejection') throw new TypeError('a rejection is no answer');
  const { chunks, targetId } = answer;
  return { kind: 'stream', targetId, chunks: again(chunks as never) };
}

async function* again<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/** Waits no longer than its caller does. */
function orGone<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const gone = () => reject(new DurableFlowError('DF_PLAN_ABANDONED', 'the request was given up'));
    if (signal.aborted) return gone();
    signal.addEventListener('abort', gone, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', gone));
  });
}
