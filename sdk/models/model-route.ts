import { BudgetExceeded, ModelError } from '../errors/index.js';
import { currentBody, type CurrentBody } from '../runtime/current-body.js';
import type { Clock } from '../runtime/clock.js';
import type { BudgetScope } from '../store/index.js';
import type { Budget, Charge, PromptTokens } from './budget.js';
import { pass } from './call-clock.js';
import { checkCeiling } from './check-ceiling.js';
import type { CircuitBreaker, Passage } from './circuit-breaker.js';
import { Deadline } from './deadline.js';
import type { ModelAttempt, ModelClient, ModelRequest, ModelResponse, ModelUsage } from './model-client.js';
import { beginRecord, failureOf } from './recorded.js';

/** A target as the router holds it; times in milliseconds. */
export interface RouteTarget {
  readonly name: string;
  readonly client: ModelClient;
  readonly timeoutMs: number | undefined;
  readonly maxAttempts: number;
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
  readonly breaker: CircuitBreaker | undefined;
}

/** What all calls of one router share. */
export interface RouteSettings {
  readonly targets: readonly RouteTarget[];
  readonly budget: Budget | undefined;
  readonly cost: (
    usage: ModelUsage | undefined,
    response: Pick<ModelResponse, 'model' | 'costUsd'>,
    client: ModelClient,
  ) => number | undefined;
  readonly mayFallBack: (error: ModelError) => boolean;
  readonly onAttempt: ((attempt: ModelAttempt) => void) | undefined;
  readonly clock: Clock;
  readonly random: () => number;
}

/** The way of one call through the targets: which attempt comes next, what it may cost, and what came of it. */
export class ModelRoute {
  readonly #settings: RouteSettings;
  readonly request: ModelRequest;
  readonly #signal: AbortSignal | undefined;
  readonly body: CurrentBody | undefined = currentBody();
  readonly #scopes: readonly BudgetScope[];
  readonly attempts: ModelAttempt[] = [];
  #promptTokens: PromptTokens | undefined;
  #target = 0;
  /** Attempts at the current target. */
  #made = 0;
  #delayMs = 0;
  #last: ModelError | undefined;

  constructor(settings: RouteSettings, request: ModelRequest, signal: AbortSignal | undefined, callId: string) {
    this.#settings = settings;
    this.request = request;
    this.#signal = signal ?? this.body?.signal;
    this.#scopes = settings.budget?.scopes(callId) ?? [];
  }

  /** The next attempt, its money set aside. Throws if there is none, if it is too expensive, or if the call was given up. */
  async begin(): Promise<RouteAttempt> {
    await this.#wait();
    if (this.attempts.length === 0) {
      const ceiling = this.#checkCeiling();
      if (ceiling) await ceiling;
    }
    const { targets, clock } = this.#settings;
    for (; this.#target < targets.length; this.#advance()) {
      const target = targets[this.#target]!;
      const passage = target.breaker ? target.breaker.enter(clock.now()) : closed;
      if (!passage) continue;
      try {
        const charge = await this.#reserve(target);
        return new RouteAttempt(this, target, ++this.#made, passage, charge, new Deadline(clock, target.timeoutMs, this.#signal));
      } catch (error) {
        target.breaker?.leave(passage, 'unknown', clock.now());
        if (error instanceof BudgetExceeded && this.#last) error.cause = this.#last;
        throw error;
      }
    }
    throw this.#exhausted();
  }

  get settings(): RouteSettings {
    return this.#settings;
  }

  record(attempt: ModelAttempt): void {
    this.attempts.push(attempt);
    try {
      this.#settings.onAttempt?.(attempt);
    } catch {
      // Whoever looks on can not harm a call.
    }
  }

  /** Decides what follows a failure: another attempt here, the next target, or the error itself, which it throws. */
  settle(target: RouteTarget, error: unknown, streamed: boolean): void {
    if (!(error instanceof ModelError)) throw error;
    this.#last = error;
    // What the reader has got cannot be taken back.
    if (streamed || !this.#settings.mayFallBack(error)) throw this.#withAttempts(error);
    const ceiling = Math.min(target.maxDelayMs, target.initialDelayMs * 2 ** (this.#made - 1));
    const delayMs = error.retryAfterMs ?? Math.round(this.#settings.random() * ceiling);
    if (error.transient && this.#made < target.maxAttempts && delayMs <= target.maxDelayMs) this.#delayMs = delayMs;
    else this.#advance();
  }

  #advance(): void {
    this.#target++;
    this.#made = 0;
    this.#delayMs = 0;
  }

  async #wait(): Promise<void> {
    const ms = this.#delayMs;
    this.#delayMs = 0;
    await pass(ms, this.#signal, this.#settings.clock);
  }

  async #reserve({ client }: RouteTarget): Promise<Charge | undefined> {
    const { budget } = this.#settings;
    if (!budget) return undefined;
    this.#promptTokens ??= await budget.count(this.request);
    return budget.reserve(this.#scopes, this.#promptTokens, this.request.maxTokens, client.model);
  }

  /** For all targets: a fallback that is over the ceiling must not come to light on the day that it is needed. */
  #checkCeiling(): Promise<void> | undefined {
    const models = this.#settings.targets.map(({ client }) => client.model);
    return checkCeiling(this.request, models);
  }

  #exhausted(): ModelError {
    if (this.#last) return this.#withAttempts(this.#last);
    const now = this.#settings.clock.now();
    const waits = this.#settings.targets.map(({ breaker }) => breaker?.remaining(now) ?? 0);
    return new ModelError('circuit_open', 'every target is left alone for now', { retryAfterMs: Math.min(...waits) });
  }

  #withAttempts(error: ModelError): ModelError {
    const tried = this.attempts.map(({ target, outcome }) => `${target}: ${outcome}`).join(', ');
    const reason = error.message.replace(` ${error.fix}`, '');
    const what = this.attempts.length > 1 ? `${this.attempts.length} attempts failed (${tried}); the last one: ${reason}` : reason;
    return new ModelError(error.kind, what, { ...error.details, attempts: this.attempts, cause: error });
  }
}

const closed: Passage = { probe: false };

/** One attempt at one target. Exactly one of `answered`, `failed` and `abandoned` ends it. */
export class RouteAttempt {
  readonly target: RouteTarget;
  readonly deadline: Deadline;
  readonly #route: ModelRoute;
  readonly #number: number;
  readonly #passage: Passage;
  readonly #charge: Charge | undefined;
  readonly #startedAt: number;
  readonly #record: ReturnType<typeof beginRecord>;

  constructor(route: ModelRoute, target: RouteTarget, number: number, passage: Passage, charge: Charge | undefined, deadline: Deadline) {
    this.#route = route;
    this.target = target;
    this.#number = number;
    this.#passage = passage;
    this.#charge = charge;
    this.deadline = deadline;
    this.#startedAt = route.settings.clock.now();
    this.#record = beginRecord(target.client, route.request, target.name, route.body);
  }

  /** The answer with its cost and with all attempts that led to it. */
  async answered(response: ModelResponse): Promise<ModelResponse> {
    const costUsd = this.#route.settings.cost(response.usage, response, this.target.client);
    await this.#end('up', { outcome: 'answered', error: undefined, model: response.model, usage: response.usage, costUsd }, response);
    return { ...response, costUsd, attempts: [...this.#route.attempts] };
  }

  /** Returns if another attempt may follow, else throws the error. `streamed`: its reader has got a part of the answer. */
  async failed(thrown: unknown, streamed: boolean): Promise<void> {
    const error = this.deadline.failure ?? thrown;
    const down = error instanceof ModelError && (error.transient || error.spendCap);
    const failure = failureOf(error);
    const { cost } = this.#route.settings;
    const { client } = this.target;
    await this.#end(down ? 'down' : 'unknown', {
      ...failure,
      model: client.model,
      costUsd: failure.usage ? cost(failure.usage, { model: client.model, costUsd: undefined }, client) : failure.costUsd,
    });
    this.#route.settle(this.target, error, streamed);
  }

  /** Its reader has left in the middle of the stream. */
  async abandoned(): Promise<void> {
    const { model } = this.target.client;
    await this.#end('unknown', { outcome: 'aborted', error: 'the reader left', model, usage: undefined, costUsd: undefined });
  }

  async #end(
    health: 'up' | 'down' | 'unknown',
    result: Pick<ModelAttempt, 'outcome' | 'error' | 'model' | 'usage' | 'costUsd'>,
    response?: ModelResponse,
  ): Promise<void> {
    this.deadline[Symbol.dispose]();
    const now = this.#route.settings.clock.now();
    this.target.breaker?.leave(this.#passage, health, now);
    const chargedUsd = await this.#charge?.settle(result.costUsd);
    const attempt: ModelAttempt = {
      target: this.target.name,
      provider: this.target.client.provider,
      attempt: this.#number,
      startedAt: this.#startedAt,
      durationMs: now - this.#startedAt,
      ...result,
      chargedUsd,
    };
    this.#record?.(attempt, response);
    this.#route.record(attempt);
  }
}
