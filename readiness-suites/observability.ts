import type { TrialEvidence } from './evidence.js';
import { deed } from './judgement.js';
import { effectsOf, type Observation } from './trial/observation.js';

/**
 * What of a trial could be told afterwards from the engine's telemetry and journal alone: each effect, each prompt, each
 * death of a process, and how it ended. The naked arm leaves nothing that could be asked.
 */
export function observabilityOf(seen: Observation): TrialEvidence['observability'] {
  const facts: { readonly known: boolean; readonly missing: string }[] = [];
  const events = seen.record?.events ?? [];
  const named = (name: string) => events.filter(({ event }) => event === name);
  const intended = new Set([...named('effect.intended'), ...named('effect.in_doubt')].map(({ method }) => method));
  const attempted = new Set(named('attempt.started').map(({ method }) => method));
  for (const effect of effectsOf(seen)) {
    const { kind, method } = effect.scope;
    facts.push({
      known: kind === 'effect' ? intended.has(method) : attempted.has(method),
      missing: `${deed(effect)} is in no record`,
    });
  }
  const told = named('model.attempt').length;
  const kills = seen.lives.filter(({ killedAt }) => killedAt !== undefined).length;
  seen.prompts.forEach((prompt, i) => {
    // An attempt that its process did not survive is told of by its method's attempt alone.
    facts.push({ known: i < told + (attempted.size > 0 ? kills : 0), missing: `prompt ${i + 1}, to ${prompt.target}, is in no record` });
  });
  const claims = named('run.claimed').length;
  for (let i = 1; i <= kills; i++) facts.push({ known: claims > 1, missing: `that its process was killed is in no record` });
  const last = events.findLast(({ event }) => event === 'run.ended' || event === 'run.parked');
  facts.push({ known: last !== undefined && last['status'] === seen.record?.status, missing: 'how it ended is in no record' });
  const missing = facts.filter(({ known }) => !known).map((it) => it.missing);
  return { share: facts.length === 0 ? 0 : (facts.length - missing.length) / facts.length, missing: missing.slice(0, 10) };
}
