import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenCounter } from '../../sdk/context/index.js';
import type { Arm, LifeEvidence, TrialEnd } from '../evidence.js';
import { threwExitCode, type Circumstances } from '../child/job.js';
import { engineFor } from '../engine/engine-for.js';
import type { TrialPlace } from '../engine/trial-engine.js';
import { endOfStatus } from '../reconstruction.js';
import type { DeclaredSuite } from '../suite.js';
import { BenchKit } from '../world/bench-kit.js';
import type { Fault } from '../world/fault.js';
import type { Kill, ReplyKill, WriteKill } from '../world/kill-plan.js';
import type { ModelBehaviour } from '../world/model-service.js';
import type { Classify } from '../world/tool-service.js';
import { World } from '../world/world.js';
import type { ChildEnd } from './child.js';
import { Life } from './life.js';
import type { Loader } from './loader.js';
import type { Observation, TrialRecord } from './observation.js';
import type { ApprovalPolicy, Operator } from './operator.js';
import { ProcessPool } from './process-pool.js';
import { readRecord } from './read-record.js';

/** Where a suite is, and how its trials get at it. The same for all trials. */
export interface TrialGround {
  readonly suite: DeclaredSuite;
  /** The root of the project: where paths in the suite's options begin. */
  readonly root: string;
  readonly file: string;
  readonly ordinal: number;
  /** It is a crash test of this name, and not one of the file's suites. */
  readonly named?: string;
  readonly loader: Loader;
  readonly modelApi: 'openai' | 'anthropic';
  readonly countTokens: TokenCounter;
  readonly deadlineMs: number;
  /** Where its processes come from. Default: each is a new one. */
  readonly processes?: ProcessPool;
}

/** One trial: what goes wrong, and how the world and its operator behave. */
export interface TrialPlan {
  readonly arm: Arm;
  readonly fault: Fault;
  readonly classify: Classify;
  readonly behaviour: ModelBehaviour;
  readonly approve: ApprovalPolicy;
  /** What the agent's randomness is drawn from, in each of its processes anew. */
  readonly randomness?: string;
  /** What a person does while the run waits. Default: decides by `approve`. */
  readonly operator?: Operator;
  /** Decisions must be signed with it; whoever decides has to know it, too. */
  readonly approvalSecret?: string;
  /** The engine's clock is so many milliseconds ahead in all processes but the first. */
  readonly laterMs?: number;
  /** What the processes find in their environment, beside what there is. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly kills?: readonly (Kill | ReplyKill)[];
  readonly writeKills?: readonly WriteKill[];
  readonly honoursKeys?: boolean;
  /** Longer prompts are refused by the model. Default: no limit. */
  readonly window?: number;
  readonly deadlineMs?: number;
  /** A model that does not answer is given up after so long. Default: the deadline, since a busy machine is no silence. */
  readonly patienceMs?: number;
  /** Its processes have done nothing before, and do nothing afterwards. */
  readonly ownProcess?: boolean;
  /** Called when the world begins to let it wait for what never comes, or not soon. */
  readonly onWait?: () => void;
  /** What is special about the first round of processes, the second, and so on. */
  readonly rounds?: readonly Round[];
}

/** Processes that work on the same run at the same time. The next round begins when all of them have ended, or been stopped. */
export interface Round extends Omit<Circumstances, 'together'> {
  /** Default 1. If there are more, they begin at the same moment. */
  readonly processes?: number;
  /** Who decides on gates meanwhile. Default: as in the whole trial. */
  readonly approve?: ApprovalPolicy;
  /** It begins even if the round before came to its end undisturbed. */
  readonly always?: boolean;
}

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
  let atOnce = 0;
  const pool = ground.processes ?? new ProcessPool(ground);
  const world = await World.open({
    ...plan,
    bench: kit.bench,
    fronts: kit.fronts,
    honoursKeys: plan.honoursKeys ?? true,
    kills: (plan.kills ?? []).filter((it) => 'point' in it),
    window: plan.window ?? Infinity,
    countTokens: ground.countTokens,
    strike: (life, at) => lives[life - 1]?.strike(at) ?? false,
  });
  const stop = () => lives.forEach((life) => life.child.kill());
  signal.addEventListener('abort', stop);
  const begin = performance.now();
  let place: TrialPlace | undefined;
  try {
    const engine = (place = await engineFor(ground.suite.options).open(folder));
    const telemetryOf = (number: number) => join(folder, `telemetry-${number}.jsonl`);
    const finishedAtKill: { life: number; calls: number[] }[] = [];
    const start = ({ processes = 1, approve = plan.approve, always: _always, ...special }: Round) =>
      Array.from({ length: processes }, () => {
        const number = lives.length + 1;
        const circumstances = { ...special, ...(processes > 1 && { together: processes }) };
        const at = { world: world.url, engine, telemetry: telemetryOf(number), number, circumstances, approve };
        const life = new Life(ground, plan, at, pool, (where) => world.log.fired.push(where));
        lives.push(life);
        return life;
      });
    const strikes = (plan.kills ?? []).length + (plan.writeKills ?? []).length + (plan.operator ? mostOperatorKills : 0);
    const mostRounds = Math.max(strikes + 1, plan.rounds?.length ?? 1);
    for (let round = 0; round < mostRounds; round++) {
      const together = start(plan.rounds?.[round] ?? {});
      // One that was stopped wakes up beside its successors.
      atOnce = Math.max(atOnce, together.length + lives.filter((life) => life.isFrozen).length);
      await Promise.all(together.map((life) => life.rests));
      signal.throwIfAborted();
      for (const { failure } of together) if (failure) throw failure;
      const next = plan.rounds?.[round + 1];
      if (!together.some((life) => life.isLost) && !next?.always) break;
      const left = plan.arm === 'durable' ? await readRecord(engine, []) : undefined;
      finishedAtKill.push({ life: lives.length, calls: left?.record.steps.map(({ call }) => call) ?? [] });
    }
    lives.forEach((life) => life.thaw());
    const ends = await Promise.all(lives.map((life) => life.child.ended));
    const files = lives.map((_, i) => telemetryOf(i + 1));
    const read = plan.arm === 'durable' ? await readRecord(engine, files) : undefined;
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
      atOnce,
      inOwnProcess: lives.every((life) => life.inOwnProcess),
      stderr: last.child.stderr.slice(-keptStderr),
      output: lives.map(({ child }) => child.output).join('\n'),
      stderrs: lives.map(({ child }) => child.stderr),
      replays: last.child.replays,
      writes: last.child.writes,
      record,
    };
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
    await world.close();
    await place?.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function endOf({ exit, hung }: ChildEnd, record: TrialRecord | undefined): TrialEnd {
  if (hung) return 'hung';
  if (exit === 0) return record ? (endOfStatus[record.status] ?? 'died') : 'finished';
  return exit === threwExitCode && !record ? 'threw' : 'died';
}
