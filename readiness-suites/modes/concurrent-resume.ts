import { endedCleanly, harmless, times, workIsDone } from '../judgement.js';
import { fail, firstFailure, pass, type Finding, type Mode, type Variant, type VariantPlan } from '../mode.js';
import type { ExpectedEffect, Scene } from '../scene.js';
import { effectsOf, type Observation } from '../trial/observation.js';
import type { KillPoint } from '../world/kill-plan.js';

/** So long is a process that stands still waited for. */
const zombieLeaseMs = 2000;

/** Several processes have the same run: begun at once, taken up at once, or one that was taken for dead comes back. */
export const concurrentResume: Mode = {
  id: 'concurrent_resume',
  title: 'concurrent resume',
  category: 'reliability',
  weight: 3,
  variants(scene) {
    const [effect] = scene.expected;
    if (!effect) return { none: 'the fault-free run had no effect that could happen twice' };
    return [
      together(scene, 'started-twice', 'two processes start it at the same moment', { rounds: [{ processes: 2 }] }),
      together(
        scene,
        'resumed-twice',
        `its process is killed in the middle of ${effect.tool}, and two others take it up at the same moment`,
        {
          kills: [{ ...effect, effect: effect.tool, point: 'before_commit', life: 1 }],
          rounds: [{}, { processes: 2 }],
        },
      ),
      zombie(scene, effect, 'after_intent', 'before the call went out'),
      zombie(scene, effect, 'after_effect', 'before it had its answer'),
    ];
  },
};

function together(scene: Scene, id: string, title: string, plan: Omit<VariantPlan, 'fault'>): Variant {
  return {
    id,
    title,
    plan: () => ({ ...plan, fault: { description: title } }),
    fired: ({ fired }) => fired.some((it) => it.endsWith('processes began at once')),
    judge: (seen) =>
      firstFailure(
        allCame(seen),
        endedCleanly(seen),
        harmless(seen, scene),
        workIsDone(seen, scene),
        oneExecuted(seen),
        pass('one of them did the work, once'),
      ),
  };
}

/** Stopped in the middle of the effect for longer than its lease, and woken when another process has done the work. */
function zombie(scene: Scene, effect: ExpectedEffect, point: KillPoint, when: string): Variant {
  const description = `a process stands still in the middle of ${effect.tool}, ${when}, and wakes up when another has taken over`;
  return {
    id: `woken-${point.replaceAll('_', '-')}`,
    title: description,
    plan: () => ({
      fault: { description },
      kills: [{ ...effect, effect: effect.tool, point, life: 1, strike: 'freeze' }],
      rounds: [{ leaseMs: zombieLeaseMs }, { leaseMs: zombieLeaseMs }],
    }),
    fired: ({ fired, lives }) => fired.length > 0 && lives.length > 1,
    judge: (seen) =>
      firstFailure(
        allCame(seen),
        endedCleanly(seen),
        harmless(seen, scene),
        workIsDoneOrDoubted(seen, scene),
        keptOut(seen),
        pass('the process that woke up changed nothing any more'),
      ),
  };
}

/** All processes came to their ends, but for the one that was killed. */
function allCame({ lives }: Observation): Finding {
  const lost = lives.find(({ exit, killedAt }) => exit !== 0 && killedAt === undefined);
  return lost
    ? fail(`one of its processes did not come to its end, but to ${String(lost.exit)}`)
    : pass('all processes came to their ends');
}

/** Among processes that were at work together, each call was executed by one. Only an engine's telemetry tells. */
function oneExecuted({ record, lives }: Observation): Finding {
  const atOnce = new Set(lives.flatMap(({ killedAt }, i) => (killedAt === undefined ? [i + 1] : [])));
  const executor = new Map<unknown, number>();
  for (const { event, life, call, method } of record?.events ?? []) {
    if (event !== 'attempt.started' || !atOnce.has(life)) continue;
    if ((executor.get(call) ?? life) !== life) return fail(`${String(method)} was executed by two processes`);
    executor.set(call, life);
  }
  return endedOnce(record);
}

function endedOnce(record: Observation['record']): Finding {
  const ends = (record?.events ?? []).filter(({ event }) => event === 'run.ended').length;
  return ends > 1 ? fail(`it came to its end ${times(ends)}, in different processes`) : pass('it came to its end once');
}

/** What the first process did after it woke up is on no record: another was the owner by then. */
function keptOut({ record }: Observation): Finding {
  const ended = record?.events.find(({ event, life }) => event === 'run.ended' && life === 1);
  return ended ? fail('the process that woke up ended the run although another had taken it over') : endedOnce(record);
}

/** Where nobody can know whether it happened, an operator may be asked, and it may not happen twice. */
function workIsDoneOrDoubted(seen: Observation, scene: Scene): Finding {
  if (seen.end === 'in_doubt' && effectsOf(seen).length <= scene.expected.length)
    return pass('an operator is asked whether the effect has happened');
  return workIsDone(seen, scene);
}
