import { milliseconds, type Duration } from '../definition/duration.js';
import type { RetryPolicy } from '../definition/method-options.js';
import { DurableFlowError, ModelError } from '../errors/index.js';
import type { Clock } from '../runtime/clock.js';
import { Budget, type BudgetOptions } from './budget.js';
import { callClock } from './call-clock.js';
import { checkRequest } from './check-request.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { costUsd } from './cost.js';
import type { CallOptions, ModelAttempt, ModelClient, ModelDelta, ModelRequest, ModelResponse } from './model-client.js';
import { ModelRoute, type RouteAttempt, type RouteSettings, type RouteTarget } from './model-route.js';
import { listPrices, type PriceTable } from './prices.js';
import { recordedByCaller } from './recorded.js';

/** One of the models that a router may ask. */
export interface ModelTarget {
  /** What it is called in telemetry and errors. The client's model if absent. */
  readonly name?: string;
  readonly client: ModelClient;
  /** The longest that one attempt may take; of a streamed answer, the longest wait for each piece. No limit of its own if absent. */
  readonly timeout?: Duration;
  /** How often to ask it again after a transient failure. Default: 2 attempts, `'200ms'`, `'5s'`. */
  readonly retry?: RetryPolicy;
}

/** When a target that keeps failing is left alone. */
export interface BreakerOptions {
  /** After so many failures in a row. Default 5. */
  readonly failures?: number;
  /** For so long; then one call tries whether it is back. Default `'30s'`. */
  readonly pause?: Duration;
}

/** Options of `routeModels`. */
export interface RouterOptions {
  /** In the order in which they are asked. */
  readonly targets: readonly ModelTarget[];
  /** `false` for none. */
  readonly breaker?: BreakerOptions | false;
  /** How much may be spent. Without it nothing is counted or refused. */
  readonly budget?: BudgetOptions;
  /** Prices that come before the list prices and before what a provider says. */
  readonly prices?: PriceTable;
  /** Told of every attempt when it has ended. In a durable method the flow's telemetry is told as well. */
  readonly onAttempt?: (attempt: ModelAttempt) => void;
  /**
   * Whether another target may be asked after this error. By default after every verifiable failure, and never after a
   * request that is wrong, a key that is refused, or a call that was given up: another target would hide the mistake.
   */
  readonly fallbackOn?: (error: ModelError) => boolean;
  /** Time, for tests. */
  readonly clock?: Clock;
  /** Randomness of the waits, for tests: a number from 0 (inclusive) to 1 (exclusive). */
  readonly random?: () => number;
}

/**
 * One model made of several. A call goes to the first target that is up; after a transient failure it is made again,
 * after any verifiable one the next target is asked. A streamed call does that only until its first piece has come.
 * Every attempt is counted against the budget at its worst case before it begins.
 *
 * Throws `ModelError` (of the last attempt, with all of them: `attemptsOf`), `BudgetExceeded`, or
 * `DF_MODEL_PRICE_UNKNOWN` if there is a budget and a target has no price.
 *
 * @example
 * ```ts
 * import { ModelError, routeModels, scriptedModel } from 'durableflow';
 * const models = routeModels({
 *   targets: [
 *     { name: 'first', client: scriptedModel([new ModelError('context_length', 'too long')]) },
 *     { name: 'second', client: scriptedModel(['Hello.']) },
 *   ],
 *   budget: { run: 0.5 },
 * });
 * const answer = await models.complete({ messages: [{ role: 'user', content: 'Say hello.' }], maxTokens: 10 });
 * console.log(answer.text); // Hello.
 * console.log(answer.attempts?.map((it) => it.outcome)); // [ 'context_length', 'answered' ]
 * ```
 */
export function routeModels(options: RouterOptions): ModelClient {
  const settings = settingsOf(options);
  let calls = 0;
  const routeOf = (request: ModelRequest, { signal }: CallOptions) => {
    checkRequest(request);
    return new ModelRoute(settings, request, signal, String(++calls));
  };

  return {
    provider: 'router',
    model: settings.targets.map(({ client }) => client.model).join(', '),

    async complete(request, call = {}) {
      const route = routeOf(request, call);
      for (;;) {
        const attempt = await route.begin();
        const { target, deadline } = attempt;
        let response: ModelResponse;
        try {
          response = await deadline.race(target.client.complete(request, recordedByCaller({ signal: deadline.signal })));
        } catch (error) {
          await attempt.failed(error, false);
          continue;
        }
        return attempt.answered(response);
      }
    },

    async *stream(request, call = {}): AsyncGenerator<ModelDelta> {
      const route = routeOf(request, call);
      for (;;) {
        const attempt = await route.begin();
        const response = yield* streamOnce(attempt, request);
        if (!response) continue;
        yield { type: 'response', response };
        return;
      }
    },
  };
}

/** One streamed attempt. Returns the whole answer, or undefined if the route goes on. */
async function* streamOnce(attempt: RouteAttempt, request: ModelRequest): AsyncGenerator<ModelDelta, ModelResponse | undefined> {
  const { target, deadline } = attempt;
  const deltas = target.client.stream(request, recordedByCaller({ signal: deadline.signal }))[Symbol.asyncIterator]();
  let streamed = false;
  let left = true;
  try {
    for (;;) {
      let next: IteratorResult<ModelDelta>;
      try {
        next = await deadline.race(deltas.next());
        if (next.done) throw new ModelError('stream_broken', `${target.name}: the stream ended without an answer`);
      } catch (error) {
        left = false;
        await attempt.failed(error, streamed);
        return undefined;
      }
      if (next.value.type === 'response') {
        left = false;
        return await attempt.answered(next.value.response);
      }
      streamed = true;
      deadline.pause();
      yield next.value;
      deadline.restart();
    }
  } finally {
    // Not awaited: a client that does not heed its signal may hang here.
    deltas.return?.().catch(() => {});
    if (left) await attempt.abandoned();
  }
}

/** The attempts behind a routed call's error; none for any other error. */
export function attemptsOf(error: unknown): readonly ModelAttempt[] {
  return error instanceof ModelError ? ((error.details['attempts'] as readonly ModelAttempt[] | undefined) ?? []) : [];
}

function settingsOf(options: RouterOptions): RouteSettings {
  const { targets, breaker = {}, budget, prices: own = {}, onAttempt, fallbackOn, clock = callClock, random = Math.random } = options;
  if (!Array.isArray(targets) || targets.length === 0)
    throw new DurableFlowError('DF_INVALID_INPUT', 'routeModels needs at least one target: { targets: [{ client }] }');
  const prices = { ...listPrices, ...own };
  return {
    targets: targets.map((target) => routeTarget(target, breaker)),
    budget: budget && new Budget(budget, prices, () => clock.now()),
    cost: (usage, { model, costUsd: reported }, client) =>
      costUsd(usage, [model, client.model], own) ?? reported ?? costUsd(usage, [model, client.model], listPrices),
    mayFallBack: fallbackOn ?? ((error) => error.verifiable),
    onAttempt,
    clock,
    random,
  };
}

function routeTarget({ name, client, timeout, retry = {} }: ModelTarget, breaker: BreakerOptions | false): RouteTarget {
  const { maxAttempts = 2, initialDelay = '200ms', maxDelay = '5s' } = retry;
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1)
    throw new DurableFlowError(
      'DF_INVALID_INPUT',
      `maxAttempts of target "${name ?? client.model}" must be a whole number from 1, not ${maxAttempts}`,
    );
  return {
    name: name ?? client.model,
    client,
    timeoutMs: timeout === undefined ? undefined : milliseconds(timeout, 'the timeout of a target'),
    maxAttempts,
    initialDelayMs: milliseconds(initialDelay, 'initialDelay'),
    maxDelayMs: milliseconds(maxDelay, 'maxDelay'),
    breaker: breaker
      ? new CircuitBreaker(breaker.failures ?? 5, milliseconds(breaker.pause ?? '30s', 'the pause of the breaker'))
      : undefined,
  };
}
