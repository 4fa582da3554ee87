import { isDeepStrictEqual } from 'node:util';
import { deed, endedCleanly, finishedStepsStay, harmless, times, workIsDone } from '../judgement.js';
import { fail, firstFailure, pass, type Finding, type Mode, type Variant } from '../mode.js';
import type { Scene } from '../scene.js';
import type { Observation } from '../trial/observation.js';
import { withoutKeys } from '../world/tool-bench.js';

/** Each process that is killed costs one more to go on. */
const mostKills = 5;

/**
 * Code that is taken up again has to do what it did before, on whatever day that is. For an engine that means asking for
 * the calls of its record; an agent without a record begins anew, and at least has to begin in the same way.
 */
export const divergence: Mode = {
  id: 'divergence',
  title: 'divergence',
  category: 'reliability',
  weight: 2,
  variants(scene) {
    const { record } = scene.control.durable;
    if (!record?.history || record.steps.length === 0) return { none: 'the fault-free run recorded nothing that could be replayed' };
    return [replayed(scene), restarted(scene)];
  },
};

/** The record of the fault-free run, replayed at every await by a process of another day. */
function replayed(scene: Scene): Variant {
  const description = 'its work was taken up on another day, in another time zone';
  return {
    id: 'replayed-on-another-day',
    title: description,
    plan: (arm) =>
      arm === 'durable'
        ? { fault: { description }, rounds: [{ anotherDay: true, replay: scene.control.durable.record!.history! }] }
        : { fault: { description }, kills: [{ reply: 1, life: 1 }], rounds: [{}, { anotherDay: true }] },
    judge: (seen) => (seen.arm === 'durable' ? judgeReplays(seen) : firstFailure(beganAlike(seen), workIsDone(seen, scene))),
  };
}

/** One process after another, each killed as soon as it has recorded something (or, without a record, been answered once more). */
function restarted(scene: Scene): Variant {
  const { naked, durable } = scene.control;
  const description = 'its process was killed after each step';
  const rounds = [{}, ...Array.from({ length: mostKills }, () => ({ anotherDay: true }))];
  const kills = (of: number) => Array.from({ length: Math.min(mostKills, of) }, (_, i) => i + 1);
  const nth = Math.ceil(durable.record!.steps.length / mostKills);
  return {
    id: 'killed-after-each-step',
    title: description,
    plan: (arm) =>
      arm === 'durable'
        ? {
            fault: { description },
            writeKills: kills(durable.record!.steps.length).map((life) => ({ side: 'after', verb: 'append', nth, life })),
            rounds: rounds.slice(0, 1 + kills(durable.record!.steps.length).length),
          }
        : {
            fault: { description },
            kills: kills(naked.tools.length).map((life) => ({ reply: life, life })),
            rounds: rounds.slice(0, 1 + kills(naked.tools.length).length),
          },
    fired: (seen) => seen.lives.some(({ killedAt }) => killedAt !== undefined),
    judge: (seen) =>
      firstFailure(
        endedCleanly(seen),
        seen.arm === 'naked' ? beganAlike(seen) : finishedStepsStay(seen),
        harmless(seen, scene),
        workIsDone(seen, scene),
        pass(`it was killed ${times(seen.lives.length - 1)} and did its work all the same`),
      ),
  };
}

function judgeReplays({ replays, stderr, lives }: Observation): Finding {
  if (!replays) return fail(`its record could not be replayed: ${stderr.trim().split('\n')[0] ?? String(lives.at(-1)?.exit)}`);
  // The whole record says most; where it replays, a part of it may not.
  const bad = replays.at(-1)?.difference === undefined ? replays.find(({ difference }) => difference !== undefined) : replays.at(-1);
  if (bad) return fail(`taken up after ${bad.calls} recorded calls, it ${bad.difference}`);
  return pass(`replayed at ${replays.length} places, it always asked for what is on record`);
}

/** What an earlier process did before it was killed, the next one does as well. */
function beganAlike({ tools, lives }: Observation): Finding {
  for (let life = 1; life < lives.length; life++) {
    const later = tools.filter((it) => it.life === life + 1).map((it) => ({ tool: it.tool, args: withoutKeys(it.values) }));
    // A process that was killed early does not say what it would have done.
    const before = tools.filter((it) => it.life === life).slice(0, later.length);
    const missing = before.find((it) => !later.some((other) => isDeepStrictEqual(other, { tool: it.tool, args: withoutKeys(it.values) })));
    if (missing) return fail(`begun anew, it did not call ${deed(missing)} again but something else`);
  }
  return pass('begun anew, it began in the same way');
}
