import { spawnSync } from 'node:child_process';
import { endedCleanly, finishedStepsStay, harmless, workIsDone } from '../judgement.js';
import { fail, firstFailure, pass, type Finding, type Mode, type Variant } from '../mode.js';
import { lastLine, type ExpectedEffect, type Scene } from '../scene.js';
import type { Observation } from '../trial/observation.js';
import { killPointTitles, type KillPoint } from '../world/kill-plan.js';

/** From some moment on nothing can be written to disk; later there is space again, and another process is started. */
export const diskFull: Mode = {
  id: 'disk_full',
  title: 'disk full',
  category: 'reliability',
  weight: 2,
  variants(scene) {
    const [effect] = scene.expected;
    if (!effect) return { none: 'the fault-free run had no effect that a full disk could endanger' };
    if (!scene.engine.writesToDisk)
      return { none: `the record of the durable arm is kept by a server of ${scene.engine.name}, whose disk is not the agent's` };
    if (!canFillDisks()) return { none: 'the disk of a process can be filled by prlimit (Linux, util-linux) alone, which is not here' };
    return (['before_intent', 'before_commit'] as const).map((point) => variant(scene, effect, point));
  },
};

function variant(scene: Scene, effect: ExpectedEffect, point: KillPoint): Variant {
  const description = `the disk is full at ${effect.tool}, ${killPointTitles[point]}, and has space again after a restart`;
  return {
    id: point.replaceAll('_', '-'),
    title: description,
    plan: () => ({ fault: { description }, kills: [{ ...effect, effect: effect.tool, point, life: 1, strike: 'fill_disk' }] }),
    judge: (seen) =>
      firstFailure(
        saidSo(seen),
        endedCleanly(seen),
        harmless(seen, scene),
        finishedStepsStay(seen),
        workIsDone(seen, scene),
        pass(seen.lives.length > 1 ? 'it stopped and said why, and did the rest when there was space' : 'it needed no disk'),
      ),
  };
}

/** Who cannot write stops, and says what is wrong; nobody goes on as if it had been written. */
function saidSo({ lives, stderrs, arm }: Observation): Finding {
  const [first] = lives;
  const said = stderrs?.[0] ?? '';
  if (first?.exit === 0)
    return arm === 'naked'
      ? pass('it writes nothing to disk')
      : fail('it went on as if its record had been written, on a disk that was full');
  if (typeof first?.exit === 'string') return fail('it hung on a full disk until it was killed');
  if (/DF_STORE_\w+|ENOSPC|EFBIG/.test(said)) return pass('it stopped and said that there is no space');
  return fail(`on a full disk it failed with something else: ${lastLine(said) ?? 'nothing was said'}`);
}

const canFillDisks = () => spawnSync('prlimit', ['--version'], { stdio: 'ignore' }).status === 0;
