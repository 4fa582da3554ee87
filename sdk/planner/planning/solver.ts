import type { TokenMeasure } from '../../context/token-measure.js';
import { DurableFlowError } from '../../errors/index.js';
import type { ChatRequest } from '../chat.js';
import type { Constraints } from '../constraints.js';
import type { TargetHealth } from '../health/target-health.js';
import type { Plan } from '../plan.js';
import type { PlannerTarget } from '../target.js';
import type { BudgetState } from './budget-state.js';
import { askedOutput, needsOf } from './needs.js';
import type { OutcomeHistory } from './outcome-history.js';
import { PlanCache, signatureOf, type PlanCacheOptions } from './plan-cache.js';
import type { Problem, TargetState } from './problem.js';
import { PromptCount } from './prompt-count.js';
import { solve } from './solve.js';
import { responseFormat, taskClassOf } from './task-class.js';

/** What plans are made of. */
export interface SolverOptions {
  readonly targets: readonly PlannerTarget[];
  readonly history: OutcomeHistory;
  readonly health: TargetHealth;
  /** `await tokenMeasure(undefined)` for the real tokenizer. */
  readonly measure: TokenMeasure;
  /** `false`: every plan is made anew. */
  readonly cache?: PlanCacheOptions | false;
}

/** Plans requests. It asks nobody and writes nothing; the same request at the same state of the world has the same plan. */
export class Solver {
  readonly #targets: readonly { readonly target: PlannerTarget; readonly native: boolean }[];
  readonly #history: OutcomeHistory;
  readonly #health: TargetHealth;
  readonly #count: PromptCount;
  readonly #cache: PlanCache | undefined;

  /** @throws DurableFlowError `DF_INVALID_INPUT` if there is no target, or two have one id. */
  constructor({ targets, history, health, measure, cache = {} }: SolverOptions) {
    if (targets.length === 0) throw new DurableFlowError('DF_INVALID_INPUT', 'a planner needs at least one target');
    const twice = targets.find(({ id }, index) => targets.findIndex((it) => it.id === id) < index);
    if (twice) throw new DurableFlowError('DF_INVALID_INPUT', `two targets have the id "${twice.id}"`);
    const probe = { tokens: 100, bytes: 1000 };
    this.#targets = targets.map((target) => ({ target, native: measure.tokens(probe, target.model) === probe.tokens }));
    this.#history = history;
    this.#health = health;
    this.#count = new PromptCount(measure);
    this.#cache = cache ? new PlanCache(cache) : undefined;
  }

  /** What is to be done with a request. `budget`: how the budget stands that it is charged to; undefined if it is charged to none. */
  plan(request: ChatRequest, constraints: Constraints, budget?: BudgetState): Plan {
    const problem = this.#problem(request, constraints, budget);
    const epochs = { health: this.#health.epoch(), history: this.#history.epoch(problem.taskClass) };
    const signature = signatureOf(problem);
    const known = this.#cache?.get(signature, epochs, budget);
    if (known) return { ...known, constraints, cached: true };
    const plan = solve({ ...problem, targets: this.#targets.map((it) => this.#state(it, problem)) });
    this.#cache?.set(signature, epochs, budget, plan);
    return plan;
  }

  /**
   * The plan for a request that names its target outright: nobody else is asked. What the request itself forbids still holds, so the
   * plan may be infeasible; what is only assumed of the target (what it can do, how it is) keeps nobody from asking it.
   *
   * @throws DurableFlowError `DF_INVALID_INPUT` if there is no such target.
   */
  direct(targetId: string, request: ChatRequest, constraints: Constraints, budget?: BudgetState): Plan {
    const it = this.#targets.find(({ target }) => target.id === targetId);
    if (!it) throw new DurableFlowError('DF_INVALID_INPUT', `there is no target "${targetId}"`);
    const { shadow: _, ...demands } = constraints;
    const problem = this.#problem(request, demands, budget);
    const { target, ...state } = this.#state(it, problem);
    const trusted = {
      ...target,
      contextWindow: Number.MAX_SAFE_INTEGER,
      maxOutputTokens: Math.max(target.maxOutputTokens, problem.askedOutput ?? 0),
    };
    const plan = solve({ ...problem, needs: [], targets: [{ ...state, target: trusted, down: undefined }] });
    const candidates = plan.candidates.map((candidate) =>
      candidate.verdict === 'primary' ? { ...candidate, reason: 'the request names it' } : candidate,
    );
    return { ...plan, constraints, candidates, direct: true };
  }

  #problem(request: ChatRequest, constraints: Constraints, budget: BudgetState | undefined): Problem {
    const size = this.#count.size(request);
    const { perChoice, choices } = askedOutput(request);
    return {
      taskClass: taskClassOf(request, constraints.check),
      needs: needsOf(request),
      checked: constraints.check !== undefined || responseFormat(request)?.startsWith('json') === true,
      constraints,
      promptTokens: { native: bucket(size.tokens), foreign: bucket(this.#count.tokens(size, undefined)) },
      askedOutput: perChoice,
      choices,
      targets: [],
      budget,
    };
  }

  #state({ target, native }: { readonly target: PlannerTarget; readonly native: boolean }, { taskClass }: Problem): TargetState {
    return { target, native, track: this.#history.track(target, taskClass), down: this.#health.down(target.id) };
  }
}

/** Rounds a number of tokens up by at most an eighth, so that requests of nearly the same size have the same plan. */
export function bucket(tokens: number): number {
  const step = Math.max(8, 2 ** (Math.floor(Math.log2(Math.max(1, tokens))) - 3));
  return Math.ceil(tokens / step) * step;
}
