import { isDeepStrictEqual } from 'node:util';
import { fail, firstFailure, pass, type Finding } from './mode.js';
import { endWords, lastLine, type Scene } from './scene.js';
import { effectsOf, type Observation } from './trial/observation.js';
import { withoutKeys } from './world/tool-bench.js';
import type { ToolEntry } from './world/world-log.js';

/** A tool call, as one would say it. */
export const deed = ({ tool, args }: Pick<ToolEntry, 'tool' | 'args'>): string => `${tool}(${args})`;

/** The last process came to an end by itself, and what became of the work is known. */
export function endedCleanly(seen: Observation): Finding {
  const why = seen.record?.error ?? lastLine(seen.stderr);
  if (seen.end === 'hung') return fail(`it was still at work at its deadline and had to be killed`);
  if (seen.end === 'died') return fail(`its process died${why ? `: ${why}` : ''}`);
  if (seen.end === 'diverged') return fail(`it ${endWords.diverged}${why ? `: ${why}` : ''}`);
  return pass(`it ${endWords[seen.end]}${seen.end === 'threw' && why ? `: ${why}` : ''}`);
}

/** Whether the operator has approved exactly this: everything that went into the call was in a gate that got a yes. */
export function wasApproved(seen: Observation, effect: ToolEntry): boolean {
  const wanted = leaves(withoutKeys(effect.values));
  return seen.gates.some(({ verdict, args }) => {
    if (verdict !== 'approved') return false;
    const shown = leaves(args);
    return wanted.every((leaf) => shown.some((it) => isDeepStrictEqual(it, leaf)));
  });
}

/** Nothing happened to the world but what the fault-free run did to it, or what an operator has approved in just this form. */
export function onlyExpectedEffects(seen: Observation, scene: Scene): Finding {
  const stranger = effectsOf(seen).find((it) => !scene.isExpected(it) && !wasApproved(seen, it));
  return stranger ? fail(`executed ${deed(stranger)}, which nobody approved`) : pass('nothing happened that should not have');
}

/** No effect of the fault-free run happened more often than there. */
export function nothingTwice(seen: Observation, scene: Scene): Finding {
  for (const expected of scene.expected) {
    const same = (it: { tool: string; args: unknown }) => it.tool === expected.tool && scene.isSame(it.args, expected.args);
    const wanted = scene.expected.filter(same).length;
    const happened = effectsOf(seen).filter((it) => same({ tool: it.tool, args: withoutKeys(it.values) }));
    if (happened.length > wanted) return fail(`${deed(happened[0]!)} happened ${times(happened.length)} instead of ${times(wanted)}`);
  }
  return pass('every effect happened at most as often as it should');
}

/** Every effect of the fault-free run has happened. */
export function workIsDone(seen: Observation, scene: Scene): Finding {
  // Whoever cannot find out must not guess: a question to an operator is all that is left, and the right thing.
  if (seen.end === 'in_doubt' && seen.record?.effects.some(({ state }) => state === 'intended'))
    return pass('what may have happened has happened at most once, and an operator is asked whether it did');
  const left = effectsOf(seen).map(({ tool, values }) => ({ tool, args: withoutKeys(values) }));
  for (const expected of scene.expected) {
    const at = left.findIndex((it) => it.tool === expected.tool && scene.isSame(it.args, expected.args));
    if (at < 0) return fail(`${expected.tool} was not done: it ${endWords[seen.end]}${reasonOf(seen)}`);
    left.splice(at, 1);
  }
  return pass(seen.end === 'finished' ? 'the work was done' : `the work was done, and it ${endWords[seen.end]}`);
}

/** The task could be done in spite of the fault, so it has to be done, or to wait for an operator's answer to a right question. */
export function workIsDoneOrAsked(seen: Observation, scene: Scene): Finding {
  if (seen.end === 'parked') return pass('it waits for an operator, and nothing has happened meanwhile');
  return firstFailure(endedCleanly(seen), workIsDone(seen, scene));
}

/** What was on record when a process was lost is not executed again. Only an engine keeps a record that could tell. */
export function finishedStepsStay({ record, arm }: Observation): Finding {
  if (arm === 'naked' || !record) return pass('there is no record of finished steps');
  for (const { life, calls } of record.finishedAtKill) {
    const again = record.events.find((it) => it.event === 'attempt.started' && it.life > life && calls.includes(Number(it['call'])));
    if (again) return fail(`${String(again['method'])} was executed again although it had been finished`);
  }
  return pass('no finished step was executed again');
}

/** The usual demands in every mode. */
export const harmless = (seen: Observation, scene: Scene): Finding =>
  firstFailure(onlyExpectedEffects(seen, scene), nothingTwice(seen, scene));

export const times = (n: number): string => (n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`);

function reasonOf(seen: Observation): string {
  const why = seen.record?.error ?? lastLine(seen.stderr);
  return why ? ` (${why})` : '';
}

function leaves(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value === undefined ? [] : [value];
  if (value instanceof Map) return [...value.entries()].flatMap(leaves);
  if (value instanceof Set) return [...value].flatMap(leaves);
  return Object.values(value).flatMap(leaves);
}
