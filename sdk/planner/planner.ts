import { tokenMeasure } from '../context/token-measure.js';
import { milliseconds, type Duration } from '../definition/duration.js';
import { DurableFlowError } from '../errors/index.js';
import { toMicros } from '../models/cost.js';
import type { ModelClient } from '../models/model-client.js';
import { callClock } from '../models/call-clock.js';
import type { Clock } from '../runtime/index.js';
import { SqliteStore, type SqliteOptions } from '../sqlite/index.js';
import type { TelemetrySink } from '../telemetry/index.js';
import type { Answered, AskOptions, ListedModel, Streamed } from './answered.js';
import type { SessionBudget } from './budget.js';
import type { ChatRequest } from './chat.js';
import type { Constraints } from './constraints.js';
import { OutputChecks, type CheckFunction } from './execution/check-output.js';
import { plannerClient } from './execution/planner-client.js';
import { RequestRuns, type Asked } from './execution/request-runs.js';
import type { ChargedBudget } from './execution/run-input.js';
import type { ReachedTarget } from './execution/run-parts.js';
import { upstreamOf } from './execution/upstream-of.js';
import { HealthProbes } from './health/health-probes.js';
import { TargetHealth } from './health/target-health.js';
import type { Plan } from './plan.js';
import type { PlanTrace } from './plan-trace.js';
import { outcomeOf } from './planning/outcome-history.js';
import { OutcomeLog } from './planning/outcome-log.js';
import { Solver } from './planning/solver.js';
import type { PlannerTarget } from './target.js';
import { makeTrace } from './trace/make-trace.js';

/** Options of `Planner.open`. */
export interface PlannerOptions extends SqliteOptions {
  /** What `readConfig` returns, in place of `targets` and `budgets`. */
  readonly config?: { readonly targets: readonly PlannerTarget[]; readonly budgets: readonly SessionBudget[] };
  readonly targets?: readonly PlannerTarget[];
  readonly budgets?: readonly SessionBudget[];
  /** How often targets are asked whether they are there, in milliseconds; 0 (default): never. */
  readonly probeIntervalMs?: number;
  /** The file of requests, budgets and what was learned of the targets; `':memory:'` (default) for as long as the planner is open. */
  readonly file?: string | SqliteStore;
  /** Output checks of one's own, by the name that constraints use. */
  readonly checks?: Readonly<Record<string, CheckFunction>>;
  /** The longest wait for an answer; of a streamed one, for each of its pieces. Default `'2m'`. */
  readonly timeout?: Duration;
  /** A stream whose reader takes nothing for so long is given up. Default `'5m'`. */
  readonly readerTimeout?: Duration;
  /** Answers of more bytes are given up. Default 16 MiB. */
  readonly maxAnswerBytes?: number;
  /** The longest that an output check may take. Default `'1s'`. */
  readonly checkLimit?: Duration;
  /** How long plans and attempts are kept for `trace`. Default `'30d'`. */
  readonly keepTraces?: Duration;
  /** How long the answer to a request with an idempotency key is kept. Default `'24h'`. */
  readonly keepAnswers?: Duration;
  /** Keep prompts as long as answers, and do not delete them when their request has its answer. Default false. */
  readonly keepPrompts?: boolean;
  /** Where the events of its runs go. */
  readonly telemetry?: TelemetrySink;
  /** Time, for tests. */
  readonly clock?: Clock;
}

const longestAnswer = 16 * 2 ** 20;

/**
 * Plans requests under constraints of cost, time, privacy and budget, and carries the plans out as durable runs: money is
 * set aside before each attempt, and an answer is taken further only for what can be verified. Any number of processes may
 * share the file.
 *
 * @example
 * ```ts
 * import { Planner, type PlannerTarget } from 'durableflow/planner';
 *
 * const laptop: PlannerTarget = {
 *   id: 'laptop', name: 'the laptop', tier: 'local', model: 'llama3.2', privacy: 'local', region: 'local', prices: { input: 0, output: 0 },
 *   api: 'openai', baseUrl: 'http://127.0.0.1:11434/v1', apiKeyEnv: undefined, enabled: true, capabilities: ['tools', 'streaming'],
 *   contextWindow: 8192, maxOutputTokens: 1024, latencyPrior: { p50Ms: 2000, p95Ms: 8000 },
 * };
 * const cloud: PlannerTarget = { ...laptop, id: 'cloud', name: 'the cloud model', tier: 'economy', privacy: 'public', prices: { input: 1, output: 5 } };
 *
 * const planner = await Planner.open({ targets: [laptop, cloud], budgets: [{ id: 'team', limitUsd: 5, period: 'day' }] });
 * const request = { model: 'auto', messages: [{ role: 'user', content: 'Say hello.' }], max_tokens: 20 };
 * console.log(planner.plan(request, { budgetId: 'team' }).chain.map(({ targetName }) => targetName)); // [ 'the laptop', 'the cloud model' ]
 * console.log(planner.plan(request, { tierFloor: 'economy' }).chain.length); // 1
 * await planner.close();
 * ```
 */
export class Planner implements AsyncDisposable {
  readonly #targets: ReadonlyMap<string, ReachedTarget>;
  readonly #budgets: ReadonlyMap<string, SessionBudget>;
  readonly #checks: OutputChecks;
  readonly #clock: Clock;
  readonly #probes: HealthProbes | undefined;
  readonly #log: OutcomeLog;
  readonly #solver: Solver;
  readonly #runs: RequestRuns;
  #closing: Promise<void> | undefined;

  /** Opens the file; requests that a dead process has left behind go on. Throws `DF_STORE_…` if it cannot be used. */
  static async open(options: PlannerOptions): Promise<Planner> {
    const { config, file = ':memory:', checks = {}, checkLimit = '1s', clock = callClock, probeIntervalMs = 0 } = options;
    const { targets: stated = config?.targets ?? [], budgets = config?.budgets ?? [] } = options;
    const store = typeof file === 'string' ? new SqliteStore(file, options) : file;
    try {
      const { maxAnswerBytes = longestAnswer } = options;
      const targets = new Map(stated.map((target) => [target.id, { target, upstream: upstreamOf(target, { maxAnswerBytes }) }]));
      const outputChecks = new OutputChecks(checks, milliseconds(checkLimit, 'checkLimit'));
      const now = () => clock.now();
      const health = new TargetHealth({ now });
      const log = new OutcomeLog(store, { now });
      const measure = await tokenMeasure(undefined);
      const runs = await RequestRuns.open({
        store,
        parts: {
          targets,
          checks: outputChecks,
          clock,
          limits: {
            attemptMs: milliseconds(options.timeout ?? '2m', 'timeout'),
            readerMs: milliseconds(options.readerTimeout ?? '5m', 'readerTimeout'),
            maxAnswerBytes,
            keepPrompts: options.keepPrompts ?? false,
          },
          watch: (targetId) => watch(targetId, health, log),
        },
        keepTracesMs: milliseconds(options.keepTraces ?? '30d', 'keepTraces'),
        keepAnswersMs: milliseconds(options.keepAnswers ?? '24h', 'keepAnswers'),
        telemetry: options.telemetry,
      });
      const solver = new Solver({ targets: stated, history: log.history, health, measure });
      const probes = probeIntervalMs > 0 ? new HealthProbes(stated, health, { everyMs: probeIntervalMs }) : undefined;
      return new Planner({ targets, budgets, checks: outputChecks, clock, probes, log, solver, runs });
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  private constructor(parts: {
    readonly targets: ReadonlyMap<string, ReachedTarget>;
    readonly budgets: readonly SessionBudget[];
    readonly checks: OutputChecks;
    readonly clock: Clock;
    readonly probes: HealthProbes | undefined;
    readonly log: OutcomeLog;
    readonly solver: Solver;
    readonly runs: RequestRuns;
  }) {
    this.#targets = parts.targets;
    this.#budgets = new Map(parts.budgets.map((budget) => [budget.id, budget]));
    this.#checks = parts.checks;
    this.#clock = parts.clock;
    this.#probes = parts.probes;
    this.#log = parts.log;
    this.#solver = parts.solver;
    this.#runs = parts.runs;
  }

  /** What would be done with a request now. Nothing is asked, written or set aside. Throws `DF_PLAN_REQUEST` or `DF_PLAN_MODEL_UNKNOWN`. */
  plan(request: ChatRequest, constraints: Constraints = {}): Plan {
    return this.#plan(request, constraints, this.#clock.now()).plan;
  }

  /**
   * Asks for a whole answer. Throws `DF_PLAN_INFEASIBLE`, `DF_BUDGET_EXHAUSTED`, `DF_PLAN_FAILED`, `DF_PLAN_LATENCY`,
   * `DF_PLAN_REJECTED`, `DF_PLAN_ABANDONED`, `DF_PLAN_KEY_REUSED`, or like `plan`; all with `details.requestId`.
   */
  async complete(request: ChatRequest, constraints: Constraints = {}, options: AskOptions = {}): Promise<Answered> {
    const { requestId, delivery } = await this.#ask(request, constraints, options, false);
    if (delivery.kind !== 'completion') throw new TypeError('the answer was streamed');
    const trace = () => this.trace(requestId);
    let made: PlanTrace | undefined;
    return {
      requestId,
      targetId: delivery.targetId,
      completion: delivery.completion,
      costUsd: delivery.attempts.reduce((sum, it) => sum + toMicros(it.costUsd ?? 0), 0) / 1e6,
      isChecked: delivery.attempts.at(-1)?.outcome === 'passed_check',
      get trace() {
        return (made ??= trace());
      },
    };
  }

  /** Asks for a streamed answer; resolves when one target has begun to answer and that is on disk. Throws like `complete` before that. */
  async stream(request: ChatRequest, constraints: Constraints = {}, options: AskOptions = {}): Promise<Streamed> {
    const { requestId, delivery } = await this.#ask({ ...request, stream: true }, constraints, options, true);
    if (delivery.kind !== 'stream') throw new TypeError('the answer was not streamed');
    return { requestId, targetId: delivery.targetId, chunks: delivery.chunks };
  }

  /** What became of a request, running ones included. Throws `DF_PLAN_UNKNOWN`. */
  trace(requestId: string): PlanTrace {
    return makeTrace(requestId, this.#runs.record(requestId));
  }

  /** What may be asked for by name: `auto`, and every target. */
  models(): readonly ListedModel[] {
    const model = (id: string, owner: string): ListedModel => ({ id, object: 'model', created: 0, owned_by: owner });
    const targets = [...this.#targets.values()].filter(({ target }) => target.enabled);
    return [model('auto', 'durableflow'), ...targets.map(({ target }) => model(target.id, target.tier))];
  }

  /** The planner as a `ModelClient`, for agents: every call is planned under these constraints. */
  client(constraints: Constraints = {}): ModelClient {
    return plannerClient(this, constraints);
  }

  /** What is spent or set aside in a budget now, in US dollars. Throws `DF_PLAN_REQUEST` if there is no such budget. */
  committedUsd(budgetId: string): number {
    return this.#runs.committed(this.#charged(budgetId, this.#clock.now()).key) / 1e6;
  }

  /** Nothing new begins; what is under way may finish for `grace`, and goes on in the next process if it does not. */
  close({ grace = '5s' }: { readonly grace?: Duration } = {}): Promise<void> {
    this.#closing ??= (async () => {
      this.#probes?.stop();
      await this.#runs.drain(milliseconds(grace, 'grace'));
      await this.#log.close().catch(() => {});
      await this.#runs.close();
      this.#checks[Symbol.dispose]();
    })();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #ask(request: ChatRequest, constraints: Constraints, options: AskOptions, streamed: boolean): ReturnType<RequestRuns['ask']> {
    if (this.#closing) throw new DurableFlowError('DF_CLOSED', 'the planner is closed');
    const receivedAt = this.#clock.now();
    const { plan, budget } = this.#plan(request, constraints, receivedAt);
    const { requestId, idempotencyKey, signal } = options;
    const asked: Asked = { request, plan, budget, streamed, receivedAt, requestId, idempotencyKey, signal };
    return this.#runs.ask(asked);
  }

  #plan(request: ChatRequest, constraints: Constraints, at: number): { readonly plan: Plan; readonly budget: ChargedBudget | undefined } {
    if (typeof request !== 'object' || request === null || !Array.isArray(request.messages) || request.messages.length === 0)
      throw refusal('a request needs a list of messages that is not empty', 'messages');
    this.#checks.assertUsable(constraints.check);
    const { budgetId } = constraints;
    const budget = budgetId === undefined ? undefined : this.#charged(budgetId, at);
    const { limitUsd, period } = this.#budgets.get(budgetId ?? '') ?? {};
    const state = budget && { id: budget.id, period: period!, limitUsd: limitUsd!, committedUsd: this.#runs.committed(budget.key) / 1e6 };
    if (request.model === undefined || request.model === 'auto') return { budget, plan: this.#solver.plan(request, constraints, state) };
    return { budget, plan: this.#solver.direct(this.#named(request.model), request, constraints, state) };
  }

  #charged(budgetId: string, at: number): ChargedBudget {
    const budget = this.#budgets.get(budgetId);
    if (!budget) throw refusal(`there is no budget "${budgetId}"; known are: ${[...this.#budgets.keys()].join(', ') || 'none'}`, 'budget');
    const day = new Date(at).toISOString().slice(0, 10);
    return { id: budgetId, key: budget.period === 'day' ? `${budgetId}/${day}` : budgetId, limitMicros: toMicros(budget.limitUsd) };
  }

  /** A target by its id, or by the name of its model. */
  #named(model: string): string {
    if (this.#targets.get(model)?.target.enabled) return model;
    for (const { target } of this.#targets.values()) if (target.enabled && target.model === model) return target.id;
    const models = this.models().map(({ id }) => id);
    throw new DurableFlowError('DF_PLAN_MODEL_UNKNOWN', `there is no model "${model}"`, { details: { model, models } });
  }
}

/** Follows one attempt: health knows of it while it is under way, and what it teaches is kept when it is over. */
function watch(targetId: string, health: TargetHealth, log: OutcomeLog): ReturnType<RunWatch> {
  const passage = health.enter(targetId);
  return (attempt, { taskClass }) => {
    const { outcome } = attempt;
    const up = outcome === 'passed_check' || outcome === 'no_check_completed' || outcome === 'failed_check' || outcome === 'rejected';
    const failed = outcome === 'transport_error' || outcome === 'latency_breach';
    if (passage) health.leave(targetId, passage, up ? 'up' : failed ? 'down' : 'unknown');
    const learned = outcomeOf(attempt, taskClass);
    if (learned) log.record(learned);
  };
}

type RunWatch = Parameters<typeof RequestRuns.open>[0]['parts']['watch'];

const refusal = (what: string, param: string) => new DurableFlowError('DF_PLAN_REQUEST', what, { details: { param } });
