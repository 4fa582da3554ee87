import type { TrialEvidence } from './evidence.js';
import { deed, times } from './judgement.js';
import { reconstruct, type Story } from './reconstruction.js';
import { effectsOf, type Observation } from './trial/observation.js';
import { methodOf } from './scene.js';
import { modelName } from './world/model-service.js';

/** Something that has happened in a trial, and whether it is told anywhere. */
interface Fact {
  readonly known: boolean;
  readonly missing: string;
}

/**
 * What of a trial could be told afterwards: each effect, each call of a tool's method, each prompt with its tokens and its
 * cost, each death of a process, and how it ended. In the durable arm the telemetry and the journal are asked, and nothing
 * else; in the naked arm there is what the processes have printed, and the exit status.
 */
export function observabilityOf(seen: Observation): TrialEvidence['observability'] {
  const facts = seen.record ? factsOf(seen, reconstruct(seen.record)) : factsOfOutput(seen);
  const missing = facts.filter(({ known }) => !known).map((it) => it.missing);
  return { share: facts.length === 0 ? 0 : (facts.length - missing.length) / facts.length, missing: missing.slice(0, 10) };
}

/** The world's log and the story that the record tells, side by side. */
function factsOf(seen: Observation, story: Story): Fact[] {
  return [...effectFacts(seen, story), ...attemptFacts(seen, story), ...promptFacts(seen, story), ...endFacts(seen, story)];
}

function effectFacts(seen: Observation, story: Story): Fact[] {
  const happened = effectsOf(seen);
  const facts = happened.map((effect): Fact => {
    const { kind, method } = effect.scope;
    const told = kind === 'effect' ? story.effects.some((it) => it.method === method && it.state !== 'not_begun') : story.attempts.has(method);
    return { known: told, missing: `${deed(effect)} is in no record` };
  });
  // A record that tells of more than there was is no better than one that tells of less.
  const invented = story.effects.filter(
    ({ method, state }) => state === 'happened' && !seen.tools.some((it) => it.kind === 'effect' && it.scope.method === method),
  );
  return [...facts, ...invented.map(({ method }): Fact => ({ known: false, missing: `the record tells of ${method}, which never happened` }))];
} // prettier-ignore

/** That a tool was called is told by the attempt of the method that called it. */
function attemptFacts(seen: Observation, story: Story): Fact[] {
  const methods = new Set(
    seen.tools.filter(({ scope }) => scope.kind === 'step' || scope.kind === 'effect').map(({ scope }) => scope.method),
  );
  return [...methods].map((method) => ({ known: story.attempts.has(method), missing: `that ${method} was tried is in no record` }));
}

/** Each prompt, and what it cost. Of one whose process died, nothing but that it was being asked can be known. */
function promptFacts(seen: Observation, story: Story): Fact[] {
  const left = [...story.prompts];
  let unfinished = story.unfinishedAttempts;
  return seen.prompts.flatMap((prompt, i): Fact[] => {
    const name = `prompt ${i + 1}, to ${prompt.target},`;
    const at = left.findIndex(({ target, inputTokens }) => isOf(prompt.target, target) && (inputTokens !== undefined) === prompt.isAnswered);
    const [told] = at >= 0 ? left.splice(at, 1) : [];
    if (!told) return [{ known: unfinished-- > 0, missing: `${name} is in no record` }];
    if (!prompt.isAnswered) return [{ known: true, missing: '' }];
    const isExact = told.inputTokens === prompt.tokens && Math.abs((told.costUsd ?? -1) - prompt.costUsd) < 1e-9;
    return [{ known: true, missing: '' }, { known: isExact, missing: `what ${name} cost is not what the record says` }];
  });
} // prettier-ignore

/** A router tells the target, a client that nobody routes the name of the model. */
const isOf = (asked: string, told: string | undefined) => told === undefined || told === asked || told === modelName(asked);

function endFacts(seen: Observation, story: Story): Fact[] {
  const killed = seen.lives.filter(({ killedAt }) => killedAt !== undefined).length;
  return [
    // The process that is killed before it has a run leaves nothing behind, and nothing was lost with it.
    ...(killed > 0 ? [{ known: story.deaths >= killed, missing: `that its process was killed ${times(killed)} is in no record` }] : []),
    { known: story.end === seen.end, missing: 'how it ended is in no record' },
  ];
}

/** Without a record: what somebody can tell who started the process and kept what it printed. */
function factsOfOutput(seen: Observation): Fact[] {
  const { output } = seen;
  return [
    ...effectsOf(seen).map((effect): Fact => ({
      known: output.includes(methodOf(effect.tool)),
      missing: `${deed(effect)} is in no record`,
    })),
    ...seen.prompts.map(({ target }, i): Fact => ({ known: false, missing: `prompt ${i + 1}, to ${target}, is in no record` })),
    ...seen.lives.map(({ exit }): Fact => ({ known: exit !== 'unknown', missing: 'how its process ended is not known' })),
  ];
}
