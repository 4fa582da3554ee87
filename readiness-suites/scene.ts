import { milliseconds } from '../sdk/definition/duration.js';
import type { MethodDefinition } from '../sdk/definition/method-definition.js';
import { defineWorkflowFrom, type WorkflowDefinition } from '../sdk/definition/workflow-definition.js';
import { DurableFlowError } from '../sdk/errors/index.js';
import type { ModelBehaviour } from './world/model-service.js';
import type { CallScope, Classify } from './world/tool-service.js';
import { withoutKeys, type ToolBench } from './world/tool-bench.js';
import type { ToolEntry } from './world/world-log.js';
import { BenchKit } from './world/bench-kit.js';
import { calm } from './world/fault.js';
import { engineFor } from './engine/engine-for.js';
import type { TrialEngine } from './engine/trial-engine.js';
import type { Arm } from './evidence.js';
import { effectsOf, type Observation } from './trial/observation.js';
import { approveAll, type ApprovalPolicy } from './trial/operator.js';
import { sameArgs } from './same-args.js';
import { seedOf } from './suite.js';
import { availableParallelism } from 'node:os';
import { Lanes } from './trial/lanes.js';
import { ProcessPool } from './trial/process-pool.js';
import { runTrial, type TrialGround, type TrialPlan } from './trial/run-trial.js';
import { firstOtherDeed } from './trial/same-deeds.js';
import { LiveModel } from './live-model.js';

/** What the agent may use up. */
export interface Limits {
  readonly promptTokens: number;
  readonly turns: number;
  readonly usd: number;
}

/** An effect of the fault-free run: what "done" means. */
export interface ExpectedEffect {
  readonly tool: string;
  readonly args: unknown;
  readonly method: string;
  readonly madeIn: 'effect' | 'step' | 'none';
}

/**
 * What is known of an agent before anything goes wrong: the fault-free run of both arms, what it did to the world, and
 * which tools read and which write. All faults are measured against it.
 */
export class Scene {
  readonly ground: TrialGround;
  readonly control: Readonly<Record<Arm, Observation>>;
  readonly expected: readonly ExpectedEffect[];
  readonly limits: Limits;
  /** Names of the tool methods that read, in the order in which they were first called. */
  readonly reads: readonly string[];
  readonly classify: Classify;
  readonly behaviour: ModelBehaviour;
  readonly bench: ToolBench;
  readonly definition: WorkflowDefinition;
  /** What answers in the place of a script: what it says differs from trial to trial. */
  readonly liveModel: LiveModel | undefined;
  /** What the reader of the verdict has to know of how it came about. */
  readonly notes: readonly string[];
  /** Places for the trials of all modes; one more than there are processors, since each of them waits now and then. */
  readonly lanes = new Lanes(availableParallelism() + 1);

  constructor(
    ground: TrialGround,
    bench: ToolBench,
    definition: WorkflowDefinition,
    control: Record<Arm, Observation>,
    { liveModel, notes = [] }: { readonly liveModel?: LiveModel | undefined; readonly notes?: readonly string[] } = {},
  ) {
    this.liveModel = liveModel;
    this.ground = ground;
    this.notes = notes;
    this.bench = bench;
    this.definition = definition;
    this.control = control;
    this.behaviour = behaviourOf(ground, liveModel);
    this.limits = limitsOf(ground, definition);
    this.classify = learnedClassify(ground, bench, control.durable.tools);
    this.expected = effectsOf(control.durable).map(({ tool, values, scope }) => ({
      tool,
      args: withoutKeys(values),
      method: scope.method,
      madeIn: scope.kind === 'reconcile' ? 'none' : scope.kind,
    }));
    this.reads = [...new Set(control.durable.tools.filter(({ kind }) => kind === 'read').map(({ tool }) => tool))];
  }

  /** Runs both arms with nothing going wrong. Whoever opens a scene has to close it. */
  static async open(place: TrialGround, signal: AbortSignal): Promise<Scene> {
    const { suite } = place;
    const definition = defineWorkflowFrom(suite.agent);
    const kit = new BenchKit();
    await suite.options.agent(kit);
    const { live, liveLimits } = suite.options;
    const liveModel = live && new LiveModel(live, liveLimits);
    const processes = new ProcessPool(place);
    const ground = { ...place, processes };
    try {
      const plan = {
        fault: calm,
        behaviour: behaviourOf(ground, liveModel),
        approve: approveAll,
        randomness: `${seedOf(suite.options)} fault-free`,
        deadlineMs: Math.max(ground.deadlineMs, 30_000),
      };
      const stays = suite.options.isolate !== true && !live;
      processes.letStay('durable', stays);
      processes.letStay('naked', stays);
      processes.prestart('naked');
      const durable = await runTrial(ground, { ...plan, arm: 'durable', classify: scopeClassify(ground, kit.bench) }, signal);
      liveModel?.assertAnswering();
      const classify = learnedClassify(ground, kit.bench, durable.tools);
      const control = { durable, naked: await runTrial(ground, { ...plan, arm: 'naked', classify }, signal) };
      liveModel?.assertAnswering();
      const notes = stays ? await Promise.all(arms.map((arm) => earnStay(ground, control[arm], { ...plan, arm, classify }, signal))) : [];
      const known = notes.filter((note) => note !== undefined);
      return new Scene({ ...ground, deadlineMs: fairDeadline(ground, durable) }, kit.bench, definition, control, {
        liveModel,
        notes: known,
      });
    } catch (error) {
      await processes.close();
      throw error;
    }
  }

  /** Ends the processes that wait for more trials. */
  async close(): Promise<void> {
    await this.ground.processes?.close();
  }

  /** Why the fault-free run of an arm did not do the work; undefined if it did. */
  controlFailure(arm: Arm): string | undefined {
    const seen = this.control[arm];
    const { allowedEffects } = this.ground.suite.options;
    if (seen.end !== 'finished') {
      const why = seen.record?.error ?? lastLine(seen.stderr);
      return `with nothing going wrong, it ${endWords[seen.end]}${why ? `: ${why}` : ''}`;
    }
    const effects = effectsOf(seen);
    const stranger = effects.find((it) => !isAllowed(it, allowedEffects));
    if (stranger)
      return `with nothing going wrong, it called ${stranger.tool}, which is not in allowedEffects (if it only reads, say so: tool(client, { reads: ['${methodOf(stranger.tool)}'] }))`;
    if (effects.length === 0)
      return `with nothing going wrong, it changed nothing in the world: none of ${allowedEffects.join(', ')} was called. Give an input for which there is something to do`;
    return undefined;
  }

  /** Says yes to what the fault-free run was allowed to do, and to nothing else. */
  get approveExpected(): ApprovalPolicy {
    return ({ method, args }) => this.control.durable.gates.some((gate) => gate.method === method && this.isSame(gate.args, args));
  }

  /** What executes the durable arm. */
  get engine(): TrialEngine {
    return engineFor(this.ground.suite.options);
  }

  /** Whether an effect is one that the fault-free run had, with the same arguments. */
  isExpected({ tool, values }: ToolEntry): boolean {
    return this.expected.some((it) => it.tool === tool && this.isSame(it.args, withoutKeys(values)));
  }

  /** Whether two calls of the same tool do the same to the world. */
  isSame(one: unknown, other: unknown): boolean {
    return sameArgs(one, other, this.live);
  }

  /** A live model answers: what it says differs from trial to trial. */
  get live(): boolean {
    return this.ground.suite.options.live !== undefined;
  }

  /** The longest that one attempt of the method may take in which a tool was called; undefined if there is no such limit. */
  timeoutOf(tool: string): number | undefined {
    return this.methodOf(tool)?.timeout;
  }

  /** The decorated method that called the tool; undefined if it was called in none. */
  methodOf(tool: string): MethodDefinition | undefined {
    const method = this.control.durable.tools.find((it) => it.tool === tool)?.scope.method;
    return [...this.definition.methods.values()].find(({ id }) => id === method);
  }

  /** What the tool answered when it was first called. */
  answerOf(tool: string): unknown {
    return this.control.durable.tools.find((it) => it.tool === tool)?.answer;
  }

  /** Whether it is an HTTP endpoint that the kit stands before; any other tool is a client whose methods the kit carries out. */
  isEndpoint(tool: string): boolean {
    return !this.bench.tools.some(({ name }) => tool === name || tool.startsWith(`${name}.`));
  }
}

const arms = ['durable', 'naked'] as const;

/**
 * An arm's processes may do one trial after another if a second fault-free run in the same process is like the first: code
 * that remembers what it has done is tried in a new process each time. Returns what the reader has to know of that.
 */
async function earnStay(ground: TrialGround, first: Observation, plan: TrialPlan, signal: AbortSignal): Promise<string | undefined> {
  const second = await runTrial(ground, plan, signal);
  const other = second.inOwnProcess ? undefined : firstOtherDeed(first, second);
  if (other === undefined) return undefined;
  ground.processes!.letStay(plan.arm, false);
  return `a second run in the same process was not like the first (${armWords[plan.arm]}): ${other}. So each trial had processes of its own`;
}

const armWords: Readonly<Record<Arm, string>> = { naked: 'without the engine', durable: 'by the engine' };

/** On a machine that is busy with other things nobody may be called slow by the clock alone; but a mode has to come to its end. */
const fairDeadline = ({ deadlineMs }: TrialGround, control: Observation) =>
  Math.max(deadlineMs, Math.min(4 * control.durationMs, longestFairDeadlineMs));
const longestFairDeadlineMs = 45_000;

/** Until more is known: what an effect's body calls changes the world, and so does what no decorated method calls. */
function scopeClassify(ground: TrialGround, bench: ToolBench): Classify {
  const declared = declaredClassify(ground, bench);
  return (name, scope) => declared(name, scope) ?? (scope.kind === 'step' || scope.kind === 'reconcile' ? 'read' : 'effect');
}

/** By what the suite says, then by what the fault-free run has shown; whatever is unknown changes the world. */
function learnedClassify(ground: TrialGround, bench: ToolBench, seen: readonly ToolEntry[]): Classify {
  const declared = declaredClassify(ground, bench);
  const learned = new Map(seen.map(({ tool, kind }) => [tool, kind]));
  return (name, scope) => declared(name, scope) ?? learned.get(name) ?? (scope.kind === 'reconcile' ? 'read' : 'effect');
}

function declaredClassify({ suite }: TrialGround, bench: ToolBench) {
  const reads = new Set(
    bench.tools.flatMap(({ name, options }) => ((options.reads as readonly string[] | undefined) ?? []).map((it) => `${name}.${it}`)),
  );
  return (name: string, scope: CallScope): 'read' | 'effect' | undefined => {
    if (reads.has(name)) return 'read';
    return scope.kind !== 'reconcile' && isAllowed({ tool: name, scope }, suite.options.allowedEffects) ? 'effect' : undefined;
  };
}

/** `allowedEffects` names tools, tool methods, or decorated methods. */
export function isAllowed({ tool, scope }: Pick<ToolEntry, 'tool' | 'scope'>, allowed: readonly string[]): boolean {
  return allowed.includes(tool) || allowed.includes(methodOf(tool)) || (scope.kind === 'effect' && allowed.includes(scope.method));
}

export const methodOf = (tool: string): string => tool.slice(tool.lastIndexOf('.') + 1);

function behaviourOf({ suite }: TrialGround, liveModel: LiveModel | undefined): ModelBehaviour {
  return (
    liveModel?.behaviour ??
    suite.options.model ??
    (() => {
      throw new DurableFlowError(
        'DF_READINESS_SUITE',
        `${suite.agent.name} asks a model, but its suite does not say what the model answers`,
      );
    })
  );
}

function limitsOf({ suite }: TrialGround, { methods }: WorkflowDefinition): Limits {
  const budgets = [...methods.values()].flatMap(({ contextBudget }) => (contextBudget ? [contextBudget.maxTokens] : []));
  return {
    promptTokens: budgets.length > 0 ? Math.max(...budgets) : 8000,
    turns: 30,
    usd: 1,
    ...suite.options.limits,
  };
}

/** How a trial's end is told of. */
export const endWords: Readonly<Record<Observation['end'], string>> = {
  finished: 'came to its end',
  refused: 'ended because an operator had refused',
  threw: 'failed',
  parked: 'waits for an operator',
  in_doubt: 'waits for an operator who knows whether the effect has happened',
  diverged: 'stopped because its code did not follow its own record',
  hung: 'was still at work at its deadline',
  died: 'died',
};

export const lastLine = (text: string): string | undefined => text.trim().split('\n').find((line) => /Error|error/.test(line))?.trim(); // prettier-ignore

export const deadlineOf = (suite: TrialGround['suite']): number => milliseconds(suite.options.deadline ?? '5s', 'deadline');
