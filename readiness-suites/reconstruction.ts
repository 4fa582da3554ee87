import type { TrialEnd } from './evidence.js';
import type { TelemetryLine, TrialRecord } from './trial/observation.js';

/** What has happened in a trial, as telemetry and journal tell it. */
export interface Story {
  /** Effects by what is known of each. */
  readonly effects: readonly { readonly method: string; readonly state: 'not_begun' | 'unknown' | 'happened' }[];
  /** Methods whose bodies were executed. */
  readonly attempts: ReadonlySet<string>;
  readonly prompts: readonly { readonly target: string | undefined; readonly inputTokens: number | undefined; readonly costUsd: number | undefined }[];
  /** Attempts that have begun and of whose end nobody tells: what they did is known no further. */
  readonly unfinishedAttempts: number;
  /** Processes that let go of the run without a word. */
  readonly deaths: number;
  readonly end: TrialEnd | undefined;
} // prettier-ignore

/** How the engine's statuses look from outside. */
export const endOfStatus: Readonly<Record<string, TrialEnd>> = {
  completed: 'finished',
  rejected: 'refused',
  failed: 'threw',
  cancelled: 'threw',
  waiting: 'parked',
  // Decided on, and left for a process that has the version of the class.
  pending: 'parked',
  in_doubt: 'in_doubt',
  diverged: 'diverged',
};

/** Tells the story of a trial again from what the engine has left behind, without a look at the world. */
export function reconstruct({ events, effects, steps, modelCalls, status }: Omit<TrialRecord, 'finishedAtKill' | 'telemetry' | 'error'>): Story {
  const named = (name: string) => events.filter(({ event }) => event === name);
  const attempts = named('attempt.started');
  const attempted = new Set([...attempts.map(({ method }) => String(method)), ...steps.map(({ method }) => method)]);
  const ended = new Set([...named('attempt.failed'), ...named('step.recorded')].map(({ call, life }) => `${String(call)} ${life}`));
  return {
    effects: effects.map(({ method, state }) => ({ method, state: stateOf(state, attempted.has(method)) })),
    attempts: attempted,
    prompts: promptsOf(named('model.attempt'), modelCalls),
    unfinishedAttempts: attempts.filter(({ call, life }) => !ended.has(`${String(call)} ${life}`)).length,
    deaths: deathsIn(events),
    end: endOfStatus[status],
  };
} // prettier-ignore

function stateOf(state: string, wasTried: boolean): 'not_begun' | 'unknown' | 'happened' {
  if (state === 'done' || state === 'confirmed') return 'happened';
  return wasTried && state !== 'denied' ? 'unknown' : 'not_begun';
}

/** The telemetry has those whose call never came to be recorded; the journal those of clients that nobody routes. */
function promptsOf(told: readonly TelemetryLine[], journaled: TrialRecord['modelCalls']): Story['prompts'] {
  const events = told.map((it) => ({ target: String(it['target']), inputTokens: it['inputTokens'] as number | undefined, costUsd: it['costUsd'] as number | undefined }));
  return events.length >= journaled.length ? events : journaled;
} // prettier-ignore

/** A process that takes the run over although the one before it has not given it back. */
function deathsIn(events: readonly TelemetryLine[]): number {
  const letGo = new Set(['run.parked', 'run.released', 'run.ended', 'run.fenced', 'run.stalled']);
  let isHeld = false;
  let deaths = 0;
  for (const { event } of events.toSorted((one, other) => Number(one['time']) - Number(other['time']))) {
    if (event === 'run.claimed') {
      if (isHeld) deaths++;
      isHeld = true;
    }
    if (letGo.has(event)) isHeld = false;
  }
  return deaths;
}
