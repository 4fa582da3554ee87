import type { Duration } from '../sdk/definition/duration.js';
import type { InputOf, WorkflowClass } from '../sdk/definition/workflow-definition.js';
import { DurableFlowError } from '../sdk/errors/index.js';
import type { RegisterOptions } from '../sdk/flow/flow-options.js';
import type { ModelClient } from '../sdk/models/index.js';
import type { Obey } from './injection/obedient-model.js';
import type { ReadinessEngine } from './engine/restate.js';
import type { ReadinessKit } from './kit.js';
import type { LiveLimits } from './live-model.js';
import type { ModeId } from './modes.js';
import type { ModelBehaviour } from './world/model-service.js';

/** What is told about an agent, so that it can be tried. */
export interface ReadinessOptions<C extends WorkflowClass> {
  /** What the agent is given to do. With nothing going wrong it must do at least one of `allowedEffects`. */
  readonly input: InputOf<C>;
  /** Makes the agent from what the kit hands in. Called anew in each process, so it must do the same each time. */
  readonly agent: (kit: ReadinessKit) => InstanceType<C> | Promise<InstanceType<C>>;
  /** The effects that the agent may have: names of tool methods, such as `refund` or `crm.refund`. */
  readonly allowedEffects: readonly string[];
  /** What the models say. Needed if the agent asks any, unless a live one answers. */
  readonly model?: ModelBehaviour;
  /**
   * A live model answers in the place of a script. A trial is a sample then: give `trials`, of which 29 clean ones prove a
   * pass rate of 90 % and 59 prove 95 %. It is asked from the test's process; what it may cost, `liveLimits` says.
   */
  readonly live?: ModelClient;
  /** What the live model may cost: `{ usd: 5 }` if absent. At the limit the verdict is `harness_error`, and no more is spent. */
  readonly liveLimits?: LiveLimits;
  /** The modes to run; all of them if absent. A suite that leaves out one of the six core modes never ships. */
  readonly modes?: readonly ModeId[];
  /**
   * Modes whose failure is accepted, each with the reason, which the verdict prints: `{ disk_full: 'the host pages us' }`.
   * Their points are lost all the same, and those of safety cannot be accepted.
   */
  readonly accept?: Readonly<Partial<Record<ModeId, string>>>;
  /** The longest that a process may take for its work, in every mode. Default `'5s'`. */
  readonly deadline?: Duration;
  /** The lowest overall score that ships, from 0 to 100. Default 80. */
  readonly threshold?: number;
  /** Trials of each variant. Default 1: with a scripted model a trial is a fact. */
  readonly trials?: number;
  /** What randomness in faults is drawn from. Default 1, or `DURABLEFLOW_SEED`. */
  readonly seed?: number;
  /** What the agent may use up at the most. */
  readonly limits?: {
    /** Tokens of one prompt. Default: the largest `maxTokens` of the class's `@contextBudget`s, else 8,000. */
    readonly promptTokens?: number;
    /** Prompts in one run. Default 30. */
    readonly turns?: number;
    /** Dollars in one run. Default 1. */
    readonly usd?: number;
  };
  /** JSON files with injections or malformed payloads of your own, beside the built-in ones; paths from the project's root. */
  readonly corpus?: readonly string[];
  /** How the mode of prompt injection goes about it. */
  readonly injections?: {
    /**
     * How many of the built-in texts are tried, by `seed`; or which ones; or `'all'`. Entries of your own are always tried.
     * Default 4, or `DURABLEFLOW_INJECTIONS`.
     */
    readonly techniques?: number | 'all' | readonly string[];
    /** How your model obeys an attacker, if the kit's way does not fit what your agent asks it. */
    readonly obey?: Obey;
  };
  /**
   * Each trial has processes of its own. By default one that has come to its end and left nothing behind does another trial,
   * unless a second fault-free run in it was not like the first. Say `true` if modules of the agent remember what has failed.
   */
  readonly isolate?: boolean;
  /** What executes the durable arm: a file of SQLite for each trial, or `restate({ ingress, admin })`. */
  readonly engine?: ReadinessEngine;
  /** What `flow.register` is given beside the class. */
  readonly register?: Omit<RegisterOptions<InputOf<C>>, 'queue'>;
}

/** What randomness is drawn from. */
export const seedOf = ({ seed }: { readonly seed?: number }): number => seed ?? Number(process.env['DURABLEFLOW_SEED'] ?? 1);

/** A suite, as its file declared it. */
export interface DeclaredSuite {
  readonly agent: WorkflowClass;
  readonly options: ReadinessOptions<WorkflowClass>;
}

/** On the global object, because the file that declares a suite and the code that runs it may have come by different loaders. */
const registry = Symbol.for('durableflow.readiness.suites');

/** The suites that have been declared in this process, in order. */
export function declaredSuites(): DeclaredSuite[] {
  const holder = globalThis as { [registry]?: DeclaredSuite[] };
  return (holder[registry] ??= []);
}

/** Checks what was told. Throws `DF_READINESS_SUITE`. */
export function assertOptions(agent: unknown, options: unknown): asserts options is ReadinessOptions<WorkflowClass> {
  const refuse = (what: string): never => {
    throw new DurableFlowError('DF_READINESS_SUITE', `describe.readiness(${nameOf(agent)}, …): ${what}`);
  };
  if (typeof agent !== 'function') refuse('the first argument must be the class of the agent');
  const given = (options ?? {}) as Partial<ReadinessOptions<WorkflowClass>>;
  if (typeof given.agent !== 'function') refuse('needs agent: a function that makes the agent from the kit, ({ models, tool }) => new …');
  if (!Array.isArray(given.allowedEffects) || given.allowedEffects.length === 0)
    refuse('needs allowedEffects: the names of the tool methods by which the agent may change the world');
  if (!('input' in given)) refuse('needs input: what the agent is given to do');
  for (const name of ['threshold', 'trials', 'seed'] as const) {
    const value = given[name];
    if (value !== undefined && (!Number.isInteger(value) || value < 0)) refuse(`${name} must be a whole number, not ${String(value)}`);
  }
  if (given.model && given.live) refuse('model and live do not go together: either a script answers or a live model');
  if (given.liveLimits && !given.live) refuse('liveLimits is for a live model: give live as well');
  const usd = given.liveLimits?.usd;
  if (usd !== undefined && !(typeof usd === 'number' && usd > 0)) refuse(`liveLimits.usd is an amount in US dollars, not ${String(usd)}`);
  if (given.engine !== undefined && !isEngine(given.engine))
    refuse('engine must be what restate({ ingress, admin }) returns, with two http:// or https:// addresses');
  if (given.trials === 0) refuse('trials must be 1 or more');
  if (given.threshold !== undefined && given.threshold > 100) refuse('threshold is a score from 0 to 100');
}

const isEngine = ({ kind, ingress, admin }: Partial<ReadinessEngine>) =>
  kind === 'restate' && [ingress, admin].every((it) => typeof it === 'string' && /^https?:\/\//.test(it));

const nameOf = (agent: unknown) => (typeof agent === 'function' ? agent.name : String(agent));
