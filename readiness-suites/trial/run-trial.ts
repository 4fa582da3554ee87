import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenCounter } from '../../sdk/context/index.js';
import type { Arm, LifeEvidence, TrialEnd } from '../evidence.js';
import type { DeclaredSuite } from '../suite.js';
import { BenchKit } from '../world/bench-kit.js';
import type { Fault } from '../world/fault.js';
import type { Kill } from '../world/kill-plan.js';
import type { ModelBehaviour } from '../world/model-service.js';
import type { Classify } from '../world/tool-service.js';
import { World } from '../world/world.js';
import { Child, threwExitCode, type ChildEnd, type Loader } from './child.js';
import type { Observation, TrialRecord } from './observation.js';
import { decideGates, type ApprovalPolicy, type Operator } from './operator.js';
import { readRecord } from './read-record.js';

/** Where a suite is, and how its trials get at it. The same for all trials. */
export interface TrialGround {
  readonly suite: DeclaredSuite;
  /** The root of the project: where paths in the suite's options begin. */
  readonly root: string;
  readonly file: string;
  readonly ordinal: number;
  readonly loader: Loader;
  readonly modelApi: 'openai' | 'anthropic';
  readonly countTokens: TokenCounter;
  readonly deadlineMs: number;
}

/** One trial: what goes wrong, and how the world and its operator behave. */
export interface TrialPlan {
  readonly arm: Arm;
  readonly fault: Fault;
  readonly classify: Classify;
  readonly behaviour: ModelBehaviour;
  readonly approve: ApprovalPolicy;
  /** What a person does while the run waits. Default: decides by `approve`. */
  readonly operator?: Operator;
  /** Decisions must be signed with it; whoever decides has to know it, too. */
  readonly approvalSecret?: string;
  /** The engine's clock is so many milliseconds ahead in all processes but the first. */
  readonly laterMs?: number;
  /** What the processes find in their environment, beside what there is. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly kills?: readonly Kill[];
  readonly honoursKeys?: boolean;
  /** Longer prompts are refused by the model. Default: no limit. */
  readonly window?: number;
  readonly deadlineMs?: number;
  /** The same run is executed by this many processes at once. Default 1. */
  readonly processes?: number;
}

const runId = 'readiness';
const keptStderr = 4000;

/** An operator who kills may do so this often. */
const mostOperatorKills = 2;

/** Carries one trial out: a world, and process after process in it until one ends by itself. Leaves nothing running. */
export async function runTrial(ground: TrialGround, plan: TrialPlan, signal: AbortSignal): Promise<Observation> {
  signal.throwIfAborted();
  const folder = await mkdtemp(join(tmpdir(), 'durableflow-readiness-'));
  const kit = new BenchKit();
  await ground.suite.options.agent(kit);
  const lives: Life[] = [];
  const world = await World.open({
    ...plan,
    bench: kit.bench,
    fronts: kit.fronts,
    honoursKeys: plan.honoursKeys ?? true,
    kills: plan.kills ?? [],
    window: plan.window ?? Infinity,
    countTokens: ground.countTokens,
    kill: (life) => lives[life - 1]?.killByWorld(world.log.fired.at(-1)!),
  });
  const stop = () => lives.forEach((life) => life.child.kill());
  signal.addEventListener('abort', stop);
  const begin = performance.now();
  try {
    const database = join(folder, 'run.db');
    const telemetryOf = (number: number) => join(folder, `telemetry-${number}.jsonl`);
    const finishedAtKill: { life: number; calls: number[] }[] = [];
    const start = () => {
      const number = lives.length + 1;
      const life: Life = new Life(ground, plan, { world: world.url, database, telemetry: telemetryOf(number), number }, (at) => {
        world.log.fired.push(at);
        life.killByWorld(at);
      });
      lives.push(life);
      return life;
    };
    const mostLives = (plan.kills ?? []).length + (plan.operator ? mostOperatorKills : 0) + 1;
    for (let round = 0; round < mostLives; round++) {
      const together = Array.from({ length: round === 0 ? (plan.processes ?? 1) : 1 }, start);
      await Promise.all(together.map((life) => life.child.ended));
      signal.throwIfAborted();
      if (!together.some((life) => life.killedAt)) break;
      const left = plan.arm === 'durable' ? await readRecord(database, [], runId) : undefined;
      finishedAtKill.push({ life: lives.length, calls: left?.record.steps.map(({ call }) => call) ?? [] });
    }
    const ends = await Promise.all(lives.map((life) => life.child.ended));
    const files = lives.map((_, i) => telemetryOf(i + 1));
    const read = plan.arm === 'durable' ? await readRecord(database, files, runId) : undefined;
    const record: TrialRecord | undefined = read && { ...read.record, finishedAtKill };
    const last = lives.at(-1)!;
    return {
      arm: plan.arm,
      end: endOf(ends.at(-1)!, record),
      lives: ends.map(({ exit, durationMs }, i): LifeEvidence => ({ exit, durationMs, killedAt: lives[i]!.killedAt })),
      tools: world.log.tools,
      prompts: world.log.prompts,
      gates: read?.gates ?? [],
      fired: world.log.fired,
      durationMs: Math.round(performance.now() - begin),
      stderr: last.child.stderr.slice(-keptStderr),
      output: lives.map(({ child }) => child.output).join('\n'),
      record,
    };
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
    await world.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** One process of a trial, and whether the world has killed it. */
class Life {
  readonly child: Child;
  killedAt: string | undefined;

  constructor(
    ground: TrialGround,
    plan: TrialPlan,
    place: { readonly world: string; readonly database: string; readonly telemetry: string; readonly number: number },
    kill: (at: string) => void,
  ) {
    const { number, world, database, telemetry } = place;
    const secret = plan.approvalSecret;
    const decide: Operator =
      plan.operator ?? (({ database }) => decideGates(database, plan.approve, { ...(secret !== undefined && { secret }) }));
    const planned = plan.kills?.find((it) => it.life === number && it.point !== 'after_effect');
    this.child = new Child(
      { file: ground.file, ordinal: ground.ordinal, arm: plan.arm, life: number, world, database, telemetry, kill: planned, modelApi: ground.modelApi, runId,
        patienceMs: Math.round(ground.deadlineMs / 6), approvalSecret: plan.approvalSecret, aheadMs: number > 1 ? (plan.laterMs ?? 0) : 0 },
      ground.loader,
      plan.environment ?? {},
      plan.deadlineMs ?? ground.deadlineMs,
      () => decide({
        database,
        life: number,
        kill: async (at) => {
          kill(at);
          await this.child.ended;
        },
      }),
    ); // prettier-ignore
  }

  killByWorld(at: string): void {
    this.killedAt ??= at;
    this.child.kill();
  }
}

const endOfStatus: Readonly<Record<string, TrialEnd>> = {
  completed: 'finished',
  rejected: 'refused',
  failed: 'threw',
  cancelled: 'threw',
  waiting: 'parked',
  in_doubt: 'in_doubt',
  diverged: 'diverged',
};

function endOf({ exit, hung }: ChildEnd, record: TrialRecord | undefined): TrialEnd {
  if (hung) return 'hung';
  if (exit === 0) return record ? (endOfStatus[record.status] ?? 'died') : 'finished';
  return exit === threwExitCode && !record ? 'threw' : 'died';
}
