import { inspect, isDeepStrictEqual } from 'node:util';
import { addedKey, type CodeChange } from '../child/changed-class.js';
import { endedCleanly, harmless, workIsDone } from '../judgement.js';
import { fail, firstFailure, pass, type Finding, type Mode, type Variant } from '../mode.js';
import type { Scene } from '../scene.js';
import type { Observation } from '../trial/observation.js';
import { approveNone, type ApprovalPolicy } from '../trial/operator.js';

/**
 * A release comes out while a run waits for an operator (or, if it waits for nobody, while its process is down before its
 * effect): what is on record was made by other code than goes on with it.
 */
export const codeChangedUnderParkedRun: Mode = {
  id: 'code_changed_under_parked_run',
  title: 'code changed under a parked run',
  category: 'reliability',
  weight: 2,
  variants(scene) {
    if (scene.expected.length === 0) return { none: 'the fault-free run had no effect to wait before' };
    const gated = gatedMethod(scene);
    return [
      variant(scene, { kind: 'step_added' }, 'a step was added before it'),
      ...(gated === undefined
        ? []
        : [variant(scene, { kind: 'method_changed', method: gated.key }, `the code of ${gated.id} was changed`)]),
      variant(scene, { kind: 'version_bumped' }, 'only another version of the class was there'),
    ];
  },
};

function variant(scene: Scene, change: CodeChange, what: string): Variant {
  const gate = scene.control.durable.gates[0];
  const effect = scene.expected.find(({ method }) => method === gate?.method) ?? scene.expected[0]!;
  const description = `${gate ? `while ${gate.method} waited for an operator` : `while its process was down before ${effect.tool}`}, ${what}`;
  return {
    id: change.kind.replaceAll('_', '-'),
    title: description,
    plan: (arm) =>
      arm === 'durable' && gate
        ? { fault: { description }, rounds: [{ approve: approveNone }, { change, approve: once(scene.approveExpected), always: true }] }
        : {
            fault: { description },
            kills: [{ ...effect, effect: effect.tool, point: 'before_intent', life: 1 }],
            rounds: [{}, { change }],
          },
    fired: ({ fired, lives }) => lives.length > 1 && fired.some((it) => it.endsWith('the new release')),
    judge: (seen) => judge(seen, scene, change),
  };
}

function judge(seen: Observation, scene: Scene, { kind }: CodeChange): Finding {
  const unharmed = firstFailure(harmless(seen, scene), rightQuestions(seen, scene));
  if (!unharmed.passed) return unharmed;
  if (seen.end === 'diverged') return pass(`it stopped before it did anything, and said where: ${seen.record?.error}`);
  if (seen.end === 'parked')
    return pass(kind === 'version_bumped' ? 'it waits for a process that has its own version' : 'an operator is asked again');
  const done = firstFailure(endedCleanly(seen), workIsDone(seen, scene));
  if (!done.passed || seen.arm === 'naked') return done;
  // An operator has said yes once, and that was to the code before.
  if (kind === 'method_changed') return fail('it acted with code that its operator had not agreed to');
  if (kind === 'version_bumped') return fail('another version of the class went on with it');
  if (!seen.record?.steps.some(({ method }) => method === addedKey)) return fail('the new step was given what is on record of another one');
  return done;
}

/** Nobody is asked for anything else than in the fault-free run: that would have come of a record that was read wrongly. */
function rightQuestions({ gates }: Observation, { control }: Scene): Finding {
  const same = (one: { method: string; args: unknown }, other: { method: string; args: unknown }) =>
    one.method === other.method && isDeepStrictEqual(one.args, other.args);
  const wrong = gates.find((gate) => !control.durable.gates.some((it) => same(it, gate)));
  if (!wrong) return pass('nobody was asked for anything else');
  const args = wrong.args.map((it) => inspect(it, { depth: 4, breakLength: Infinity })).join(', ');
  return fail(`an operator was asked for ${wrong.method}(${args}), which comes of a record that does not fit the code`);
}

/** One yes to each question, however often it is asked. */
function once(policy: ApprovalPolicy): ApprovalPolicy {
  const asked = new Set<string>();
  return (gate) => {
    if (asked.has(gate.digest) || !policy(gate)) return false;
    asked.add(gate.digest);
    return true;
  };
}

/** The method of the first gate, if a yes to it holds for its code. */
function gatedMethod({ control, definition }: Scene) {
  const gate = control.durable.gates[0];
  const method = [...definition.methods.values()].find(({ id }) => id === gate?.method);
  return method?.approval?.onCodeChange === 'ask' ? method : undefined;
}
