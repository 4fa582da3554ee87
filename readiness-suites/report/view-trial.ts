import type { TrialReport } from './readiness-schema.js';
import type { CallView, MarkView, ProcessView, TimelineView, Tone, TrialView } from './readiness-view.js';
import { dollars, milliseconds, viewText } from './view-text.js';

const mostCalls = 40;
const mostProcesses = 8;
const mostErrorLines = 12;

const endWords: Readonly<Record<TrialReport['end'], string>> = {
  finished: 'it came to its end',
  refused: 'it refused to go on',
  threw: 'it ended with an error',
  parked: 'it waits for a person',
  in_doubt: 'it says that nobody knows whether the effect has happened, and waits for an operator',
  diverged: 'it was stopped, since its code asked for something else than before',
  hung: 'it never ended',
  died: 'it died',
};

const tones: Readonly<Record<TrialReport['outcome'], Tone>> = {
  passed: 'good',
  failed: 'bad',
  not_fired: 'unsure',
  harness_error: 'unsure',
};

export const trialTone = ({ outcome }: TrialReport) => tones[outcome];

/** A trial with all that the world has seen of it. */
export function viewTrial(variant: string, trial: TrialReport): TrialView {
  const calls = callsOf(trial);
  const { fault, end, costUsd, durationMs, seed, observability } = trial;
  const where = fault.at === undefined ? '' : ` (${fault.at})`;
  return {
    arm: trial.arm,
    tone: trialTone(trial),
    title: viewText(variant, 120),
    reason: viewText(trial.reason),
    facts: [
      { label: 'Fault', text: viewText(`${fault.description}${where}${fault.fired ? '' : '; it did not happen'}`) },
      { label: 'End', text: endWords[end] },
      { label: 'Seed', text: String(seed) },
      { label: 'Took', text: `${milliseconds(durationMs)}, ${dollars(costUsd)} for models` },
      ...(observability.missing.length === 0 ? [] : [{ label: 'Untold', text: viewText(observability.missing.join('; ')) }]),
    ],
    timeline: timelineOf(trial, calls),
    calls: calls.slice(0, mostCalls).map(({ call }) => call),
    moreCalls: Math.max(0, calls.length - mostCalls) + trial.omitted,
    stderr: trial.stderr === undefined ? [] : linesOf(trial.stderr),
  };
}

const linesOf = (text: string) =>
  text
    .trimEnd()
    .split(/\r?\n/)
    .slice(-mostErrorLines)
    .map((line) => viewText(line, 200));

interface TimedCall {
  readonly atMs: number;
  readonly call: CallView;
}

/** Calls of tools and models together, in the order of time. */
function callsOf({ tools, prompts }: TrialReport): TimedCall[] {
  const isFault = (outcome: string) => outcome !== 'answered' && outcome !== 'failed';
  const ofTools = tools.map((it): TimedCall => {
    const what = `${it.tool}(${it.args})`;
    const common = { time: milliseconds(it.atMs), process: it.life, kind: it.kind, isFault: isFault(it.outcome) };
    return { atMs: it.atMs, call: { ...common, what: viewText(what, 160), outcome: viewText(toolOutcome(it), 120) } };
  });
  const ofPrompts = prompts.map((it): TimedCall => {
    const what = viewText(`${it.target} model, ${it.tokens} tokens`, 160);
    const common = { time: milliseconds(it.atMs), process: it.life, isFault: isFault(it.outcome), outcome: viewText(it.outcome, 120) };
    return { atMs: it.atMs, call: { ...common, kind: 'prompt', what } };
  });
  return [...ofTools, ...ofPrompts].toSorted((one, other) => one.atMs - other.atMs);
}

function toolOutcome({ kind, outcome, applied, approved }: TrialReport['tools'][number]): string {
  if (kind === 'read') return outcome;
  const happened = applied ? 'happened' : outcome === 'answered' ? 'known already, not made again' : 'did not happen';
  const asked = approved === undefined ? [] : [approved ? 'approved' : 'not approved'];
  return [happened, ...asked, ...(outcome === 'answered' ? [] : [outcome])].join(', ');
}

function timelineOf({ lives, durationMs, tools, prompts }: TrialReport, calls: readonly TimedCall[]): TimelineView {
  const processes: ProcessView[] = [];
  let next = 0;
  for (const [index, { exit, durationMs, killedAt }] of lives.slice(0, mostProcesses).entries()) {
    // Starts are not in the evidence. Processes follow one another, unless one has called before its predecessor ended.
    const first = Math.min(...[...tools, ...prompts].filter(({ life }) => life === index + 1).map(({ atMs }) => atMs));
    const fromMs = Math.min(next, first);
    const end = killedAt === undefined ? ended(exit) : `killed: ${killedAt}`;
    const label = `process ${index + 1}`;
    processes.push({
      label,
      fromMs,
      toMs: fromMs + durationMs,
      end: viewText(end, 80),
      killed: killedAt !== undefined || typeof exit === 'string',
    });
    next = fromMs + durationMs;
  }
  const marks = calls
    .filter(({ call }) => call.process <= processes.length)
    .slice(0, mostCalls)
    .map(({ atMs, call }): MarkView => ({
      ...{ process: call.process, atMs, kind: call.kind, isFault: call.isFault },
      label: `${call.time}: ${call.what}: ${call.outcome}`,
    }));
  const endMs = Math.max(1, durationMs, ...processes.map(({ toMs }) => toMs), ...marks.map(({ atMs }) => atMs));
  return { endMs, processes, marks };
}

const ended = (exit: number | string) => (typeof exit === 'string' ? `ended by ${exit}` : exit === 0 ? 'ended' : `ended with code ${exit}`);
