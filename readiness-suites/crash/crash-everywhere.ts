import { isDeepStrictEqual } from 'node:util';
import { DurableFlowError } from '../../sdk/errors/index.js';
import { deed, finishedStepsStay, times } from '../judgement.js';
import { endWords } from '../scene.js';
import { effectsOf, type Observation } from '../trial/observation.js';
import { approveAll, type ApprovalPolicy } from '../trial/operator.js';
import { runTrial, type TrialGround, type TrialPlan } from '../trial/run-trial.js';
import { calm } from '../world/fault.js';
import type { Classify } from '../world/tool-service.js';
import { withoutKeys } from '../world/tool-bench.js';
import type { CrashAtBoundary, CrashReport } from './crash-report.js';

/** Which sides of each write: what was asked for and not committed, or what was committed and nobody knows. */
export type CrashSides = 'before' | 'after' | 'both';

/** How a class is killed everywhere. */
export interface CrashPlan {
  readonly sides: CrashSides;
  /** Calls with a known idempotency key change nothing in the world and get the earlier answer. */
  readonly honoursKeys: boolean;
  /** Default: every gate gets its yes. */
  readonly approve?: ApprovalPolicy;
}

/** What a step's body calls reads; anything else changes the world. */
const classify: Classify = (_, { kind }) => (kind === 'step' || kind === 'reconcile' ? 'read' : 'effect');

/** Two at a time: each is a process that runs and one that goes on. */
const lanes = 2;

/** Runs a class once undisturbed, then once for each side of each write that this took, with SIGKILL there and a second process. */
export async function crashEverywhere(ground: TrialGround, plan: CrashPlan, signal: AbortSignal): Promise<CrashReport> {
  const behaviour: TrialPlan['behaviour'] = ground.suite.options.model ?? (() => '');
  const { honoursKeys, approve = approveAll } = plan;
  const base = { arm: 'durable', fault: calm, classify, behaviour, approve, honoursKeys } as const;
  const whole = await runTrial(ground, { ...base, rounds: [{ countWrites: true }] }, signal);
  const { name } = ground.suite.agent;
  if (whole.end !== 'finished' || !whole.writes)
    throw new DurableFlowError(
      'DF_READINESS_SUITE',
      `${name} ${endWords[whole.end]} with nobody killing it${whole.record?.error ? `: ${whole.record.error}` : ''}${whole.stderr ? `\n${whole.stderr}` : ''}`,
    );
  const sides = plan.sides === 'both' ? (['before', 'after'] as const) : ([plan.sides] as const);
  const points = whole.writes.flatMap((verb, i) => sides.map((side) => ({ side, verb, write: i + 1 })));
  const boundaries: (CrashAtBoundary | undefined)[] = [];
  const queue = points.entries();
  const lane = async () => {
    for (const [i, { side, verb, write }] of queue) {
      const kill = () => runTrial(ground, { ...base, writeKills: [{ side, nth: write, life: 1 }] }, signal);
      let seen = await kill();
      // How often a process looks for work is a matter of time, so the last of its writes may be missing in another one.
      if (!wasKilled(seen)) seen = await kill();
      if (!wasKilled(seen)) continue;
      const [title, { record }] = [`${side} write ${write} (${verb})`, seen];
      boundaries[i] = {
        title,
        side,
        write,
        verb,
        end: seen.end,
        output: record?.output,
        effects: effectsOf(seen).map(deed),
        problems: problemsOf(seen, whole),
      };
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const undisturbed = { output: whole.record?.output, effects: effectsOf(whole).map(deed), writes: whole.writes };
  return { agent: name, undisturbed, boundaries: boundaries.filter((it) => it !== undefined) };
}

const wasKilled = ({ lives }: Observation) => lives.some(({ killedAt }) => killedAt !== undefined);

function problemsOf(seen: Observation, whole: Observation): string[] {
  const problems: string[] = [];
  // Nobody may know what became of an effect; then somebody is asked, and it happened at most once.
  const doubted = seen.end === 'in_doubt';
  if (seen.end !== 'finished' && !doubted) problems.push(`it ${endWords[seen.end]}${seen.record?.error ? `: ${seen.record.error}` : ''}`);
  if (seen.end === 'finished' && !isDeepStrictEqual(seen.record?.output, whole.record?.output)) problems.push('it returned something else');
  const made = (it: Observation) => effectsOf(it).map(({ tool, args, values }) => ({ tool, args, deed: withoutKeys(values) }));
  const [wanted, happened] = [made(whole), made(seen)];
  const same = (one: { tool: string; deed: unknown }) => (other: { tool: string; deed: unknown }) =>
    one.tool === other.tool && isDeepStrictEqual(one.deed, other.deed);
  for (const effect of distinct(happened, same)) {
    const [was, should] = [happened.filter(same(effect)).length, wanted.filter(same(effect)).length];
    if (was > should)
      problems.push(should === 0 ? `it did ${deed(effect)}, which it does not do undisturbed` : `${deed(effect)} happened ${times(was)}`);
  }
  const undone = wanted.find((effect) => !happened.some(same(effect)));
  if (undone && seen.end === 'finished') problems.push(`${deed(undone)} did not happen`);
  const again = finishedStepsStay(seen);
  if (!again.passed) problems.push(again.reason);
  return problems;
}

const distinct = <T>(items: readonly T[], same: (one: T) => (other: T) => boolean) =>
  items.filter((it, i) => items.findIndex(same(it)) === i);
