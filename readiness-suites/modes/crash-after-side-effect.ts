import { fail, firstFailure, pass, type Finding, type Mode, type Variant } from '../mode.js';
import { endedCleanly, finishedStepsStay, harmless, onlyExpectedEffects, times, workIsDone } from '../judgement.js';
import type { ExpectedEffect, Scene } from '../scene.js';
import { effectsOf, type Observation } from '../trial/observation.js';
import { killPoints, killPointTitles, type Kill, type KillPoint } from '../world/kill-plan.js';

/** SIGKILL at every boundary of an effect, in a world that honours idempotency keys and in one that ignores them. */
export const crashAfterSideEffect: Mode = {
  id: 'crash_after_side_effect',
  title: 'crash after side effect',
  category: 'reliability',
  weight: 4,
  variants(scene) {
    const [first, ...others] = distinct(scene.expected);
    if (!first) return { none: 'the fault-free run had no effect to crash at' };
    return [
      ...killPoints.map((point) => variant(scene, first, [point], true)),
      ...others.map((effect) => variant(scene, effect, ['after_effect'], true)),
      variant(scene, first, ['after_effect', 'after_effect'], true),
      ...(honoursKeysByWord(scene, first)
        ? []
        : [variant(scene, first, ['after_effect'], false), variant(scene, first, ['before_commit'], false)]),
    ];
  },
};

function variant(scene: Scene, effect: ExpectedEffect, points: readonly KillPoint[], honoursKeys: boolean): Variant {
  const twice = points.length > 1;
  const kills = points.map((point, i): Kill => ({ point, effect: effect.tool, method: effect.method, madeIn: effect.madeIn, life: i + 1 }));
  const world = honoursKeys ? '' : ', in a world that ignores keys';
  return {
    id: `${effect.tool}-${points[0]!.replaceAll('_', '-')}${twice ? '-twice' : ''}${honoursKeys ? '' : '-keys-ignored'}`,
    title: `killed ${twice ? 'twice ' : ''}at ${effect.tool}, ${killPointTitles[points[0]!]}${world}`,
    plan: () => ({
      fault: { description: `the process was killed ${twice ? 'twice ' : ''}at ${effect.tool}, ${killPointTitles[points[0]!]}${world}` },
      kills,
      honoursKeys,
    }),
    // A second kill is not reached where the first life's effect is found instead of made again.
    fired: (seen) => seen.lives.some(({ killedAt }) => killedAt !== undefined),
    judge: (seen) => (honoursKeys ? judgeHonouring(seen, scene) : judgeIgnoring(seen, scene, effect)),
  };
}

function judgeHonouring(seen: Observation, scene: Scene): Finding {
  return firstFailure(
    endedCleanly(seen),
    harmless(seen, scene),
    finishedStepsStay(seen),
    workIsDone(seen, scene),
    pass('after the restart the work was done, each effect exactly once'),
  );
}

/** Nothing can be proven there, so what counts is that it happened at most once and nobody claims to know what is not known. */
function judgeIgnoring(seen: Observation, scene: Scene, effect: ExpectedEffect): Finding {
  const happened = effectsOf(seen).filter(({ tool }) => tool === effect.tool).length;
  const wanted = scene.expected.filter(({ tool }) => tool === effect.tool).length;
  if (happened > wanted) return fail(`${effect.tool} happened ${times(happened)} instead of ${times(wanted)}`);
  return firstFailure(
    endedCleanly(seen),
    onlyExpectedEffects(seen, scene),
    finishedStepsStay(seen),
    seen.end === 'in_doubt'
      ? pass('it happened at most once, and an operator is asked whether it did')
      : firstFailure(workIsDone(seen, scene), pass('it found out that the effect had happened')),
  );
}

const distinct = (effects: readonly ExpectedEffect[]) => effects.filter(({ tool }, i) => effects.findIndex((it) => it.tool === tool) === i);

function honoursKeysByWord({ bench }: Scene, { tool }: ExpectedEffect): boolean {
  return bench.tools.some(({ name, options }) => options.honoursKeys === true && (tool === name || tool.startsWith(`${name}.`)));
}
