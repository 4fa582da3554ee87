import type { Mode, Variant } from '../mode.js';
import { firstFailure, pass } from '../mode.js';
import { endedCleanly, harmless, workIsDoneOrAsked } from '../judgement.js';
import { deadlineOf, type Scene } from '../scene.js';
import type { ToolFault } from '../world/fault.js';

/** A tool that does not answer, or too late, or never comes to the end of its answer. */
export const toolTimeout: Mode = {
  id: 'tool_timeout',
  title: 'tool timeout',
  category: 'reliability',
  weight: 3,
  variants(scene) {
    const [read] = scene.reads;
    const [effect] = scene.expected;
    return [
      ...(read === undefined
        ? []
        : [
            always(scene, read, 'never-answers', `${read} never answers`, { kind: 'silence', label: 'never answered' }),
            always(scene, read, 'trickles', `${read} answers a byte at a time`, { kind: 'trickle', label: 'trickled' }),
            lateOnce(scene, read),
          ]),
      ...(effect === undefined ? [] : [effectWithoutReply(scene, effect.tool)]),
    ];
  },
};

/** The tool is gone for good: the run has to come to an end, and may not act on a guess. */
function always(scene: Scene, tool: string, id: string, title: string, fault: ToolFault): Variant {
  return {
    id: `${tool}-${id}`,
    title,
    waits: true,
    plan: () => ({ fault: { description: title, tool: (call) => (call.name === tool ? fault : undefined) } }),
    judge: (seen) => firstFailure(harmless(seen, scene), endedCleanly(seen)),
  };
}

/** The first answer comes after everybody has stopped waiting; later calls are answered at once. */
function lateOnce(scene: Scene, tool: string): Variant {
  const timeout = scene.timeoutOf(tool);
  const ms = Math.round(timeout === undefined ? deadlineOf(scene.ground.suite) * 0.4 : timeout * 1.3 + 50);
  const title = `${tool} answers after ${ms} ms, once`;
  return {
    id: `${tool}-late`,
    title,
    waits: true,
    plan: () => ({
      fault: {
        description: title,
        tool: ({ name, nth }) => (name === tool && nth === 1 ? { kind: 'late', ms, label: `answered after ${ms} ms` } : undefined),
      },
    }),
    judge: (seen) => firstFailure(harmless(seen, scene), endedCleanly(seen), workIsDoneOrAsked(seen, scene)),
  };
}

/** The effect happens, and its reply is never sent: it may be found or asked for, but not made again. */
function effectWithoutReply(scene: Scene, tool: string): Variant {
  const title = `${tool} does its work and never says so`;
  return {
    id: `${tool}-no-reply`,
    title,
    waits: true,
    plan: () => ({
      fault: {
        description: title,
        tool: ({ name, nth }) =>
          name === tool && nth === 1 ? { kind: 'late', ms: 10 * 60_000, label: 'did it and never answered' } : undefined,
      },
    }),
    judge: (seen) => firstFailure(harmless(seen, scene), endedCleanly(seen), pass('it happened once, and the run came to an end')),
  };
}
