import { endedCleanly, harmless, times } from '../judgement.js';
import { fail, firstFailure, pass, type Finding, type Mode, type Variant } from '../mode.js';
import type { Scene } from '../scene.js';
import type { Observation } from '../trial/observation.js';

/** Beyond the calls of the fault-free run, so many in one trial are never too many, however close together. */
export const fewCalls = 10;

/** More than this is a storm, with whatever pauses. */
export const mostCalls = 20;

/** Something that is down, and says so at once: it may be asked again, but not again and again. */
export const retryStorm: Mode = {
  id: 'retry_storm',
  title: 'retry storm',
  category: 'cost',
  weight: 1,
  variants(scene) {
    const [read] = scene.reads;
    const [effect] = scene.expected;
    const variants = [
      ...(read === undefined ? [] : [failingTool(scene, read)]),
      ...(effect === undefined ? [] : [failingTool(scene, effect.tool)]),
      ...(scene.control.durable.prompts.length === 0 ? [] : [failingModel(scene)]),
    ];
    return variants.length > 0 ? variants : { none: 'neither a tool nor a model was asked' };
  },
};

function failingTool(scene: Scene, tool: string): Variant {
  const title = `${tool} fails at once, every time`;
  const usual = scene.control.durable.tools.filter((it) => it.tool === tool).length;
  return {
    id: `${tool}-fails`,
    title,
    plan: () => ({
      fault: {
        description: title,
        tool: ({ name }) =>
          name === tool ? { kind: 'failure', name: 'Error', message: 'service unavailable', label: 'failed at once' } : undefined,
      },
    }),
    judge: (seen) =>
      judge(
        seen,
        scene,
        seen.tools.filter((it) => it.tool === tool).map(({ atMs }) => atMs),
        usual,
        (n) => `called ${tool} ${times(n)}`,
      ),
  };
}

function failingModel(scene: Scene): Variant {
  const title = 'every model answers 503, every time';
  return {
    id: 'models-fail',
    title,
    plan: () => ({
      fault: {
        description: title,
        model: () => ({ kind: 'status', status: 503, type: 'overloaded_error', message: 'Service unavailable', label: '503' }),
      },
    }),
    judge: (seen) =>
      judge(
        seen,
        scene,
        seen.prompts.map(({ atMs }) => atMs),
        scene.control.durable.prompts.length,
        (n) => `asked its models ${times(n)}`,
      ),
  };
}

function judge(seen: Observation, scene: Scene, atMs: readonly number[], usual: number, told: (n: number) => string): Finding {
  return firstFailure(
    calmEnough(atMs, usual, told),
    harmless(seen, scene),
    endedCleanly(seen),
    pass(`it ${told(atMs.length)} and gave up`),
  );
}

/** Bounded, and with growing pauses where it is more than a few calls. */
export function calmEnough(atMs: readonly number[], usual: number, told: (n: number) => string): Finding {
  const n = atMs.length;
  if (n > usual + mostCalls) return fail(`${told(n)}; ${usual + mostCalls} would be the most`);
  if (n <= usual + fewCalls) return pass('it gave up soon');
  const gaps = atMs.slice(1).map((at, i) => at - atMs[i]!);
  const half = Math.floor(gaps.length / 2);
  const [early, late] = [sum(gaps.slice(0, half)), sum(gaps.slice(-half))];
  // Single gaps are random where they should be; twice the time for as many calls is not.
  return late >= 2 * early ? pass('it left growing pauses') : fail(`${told(n)} without growing pauses`);
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, it) => total + it, 0);
