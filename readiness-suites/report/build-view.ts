import type { ModeReport, ReadinessReport, SuiteReport } from './readiness-schema.js';
import type { AgentView, BlockerView, Fact, PairView, ReadinessView, Tone, VerdictView } from './readiness-view.js';
import { viewHeadlines } from './view-headlines.js';
import { viewMode } from './view-mode.js';
import { capitalised, counted, milliseconds, viewText, words } from './view-text.js';

type State = ReadinessReport['state'];

const verdictWords: Readonly<Record<State, { readonly tone: Tone; readonly word: string }>> = {
  ship: { tone: 'good', word: 'SHIP' },
  no_ship: { tone: 'bad', word: 'NO SHIP' },
  incomplete: { tone: 'unsure', word: 'INCOMPLETE' },
  inconclusive: { tone: 'unsure', word: 'INCONCLUSIVE' },
  harness_error: { tone: 'unsure', word: 'HARNESS ERROR' },
  empty: { tone: 'unsure', word: 'NOTHING TRIED' },
};

/** What a person reads of a report. */
export function buildView(report: ReadinessReport): ReadinessView {
  const { run, changes } = report;
  return {
    verdict: runVerdict(report),
    reservations: report.reservations.map((it) => viewText(it)),
    agents: report.suites.map(viewAgent),
    baseline: changes === undefined ? 'There is no readiness.baseline.json to compare the rules with.' : baselineSentence(changes.length),
    changes: (changes ?? []).map(({ kind, agent, text }) => ({
      tone: kind === 'tightened' ? 'good' : kind === 'changed' ? 'unsure' : 'bad',
      text: viewText(`${kind}: ${agent}: ${text}`),
    })),
    run: [
      { label: 'Began', text: run.startedAt },
      { label: 'Took', text: milliseconds(run.durationMs) },
      { label: 'By', text: viewText(`durableflow ${run.durableflow}, Vitest ${run.vitest}, Node ${run.node}`) },
      ...(run.shard === undefined ? [] : [{ label: 'Shard', text: viewText(run.shard) }]),
    ],
  };
}

const baselineSentence = (changes: number) =>
  changes === 0
    ? 'The rules are those of readiness.baseline.json.'
    : `Against readiness.baseline.json, ${counted(changes, 'thing')} changed.`;

function runVerdict({ state, suites, reservations }: ReadinessReport): VerdictView {
  const [first] = suites;
  const { tone, word } = verdictWords[state];
  if (!first) return { tone, word, sentence: 'No readiness suite was tried.' };
  const decides = first.state === state || (first.state === 'empty' && state === 'incomplete');
  const sentence = decides ? sentenceOn(first) : capitalised(`${viewText(reservations[0] ?? 'not everything was tried')}.`);
  if (suites.length === 1) return { tone, word, sentence };
  const shipping = suites.filter((suite) => suite.state === 'ship').length;
  return { tone, word, sentence: `${sentence} ${shipping} of ${suites.length} agents ship.` };
}

function viewAgent(suite: SuiteReport): AgentView {
  const { score, judgedBy, state, modes, blocker } = suite;
  const project = suite.project === '' ? '' : ` (${suite.project})`;
  const total = modes.reduce((sum, { weight }) => sum + weight, 0);
  const overall = pair(score.overall);
  return {
    name: viewText(suite.agent, 80),
    place: viewText(`${suite.file}:${suite.line}${project}`, 160),
    verdict: { ...verdictWords[state], sentence: sentenceOn(suite) },
    blocker: blocker && viewBlocker(blocker, modes),
    score: { ...overall, threshold: judgedBy.threshold },
    durability: durability(overall),
    categories: Object.entries(score.categories).map(([name, points]) => ({ name, ...pair(points) })),
    headlines: viewHeadlines(suite),
    modes: modes.map((mode) => viewMode(mode, total, judgedBy.live)),
    rules: rulesOf(suite),
  };
}

/** Whole points, rounded down, so that what is shown as reaching the threshold does reach it. */
function pair({ naked, durable }: SuiteReport['score']['overall']): PairView {
  const [bare, kept] = [naked, durable].map((it) => (it === undefined ? undefined : Math.floor(it)));
  return { naked: bare, durable: kept, delta: bare === undefined || kept === undefined ? undefined : kept - bare };
}

function durability({ naked, durable, delta }: PairView): string {
  if (delta === undefined) return '';
  if (delta === 0) return `With and without the engine it has ${durable} points.`;
  return `The engine takes it from ${naked} to ${durable} points.`;
}

function sentenceOn({ agent, state, score, judgedBy, modes, blocker }: SuiteReport): string {
  const name = viewText(agent, 80);
  const points = `${Math.floor(score.overall.durable ?? 0)} of 100 points, ${judgedBy.threshold} needed`;
  const failed = modes.filter(({ status }) => status === 'failed').map(({ title }) => words(title));
  const because = blocker ? `${words(blocker.title)}: ${viewText(blocker.reason)}` : '';
  const sentences: Readonly<Record<State, string>> = {
    ship: `${name} may ship: ${points}; ${failed.length === 0 ? 'every mode held' : `every mode held but what was accepted: ${failed.join(', ')}`}.`,
    no_ship: `Do not ship ${name}: ${points}${failed.length === 0 ? '' : `; ${counted(failed.length, 'mode')} of ${modes.length} failed`}.`,
    incomplete: `No verdict on ${name} yet. ${capitalised(because)}.`,
    inconclusive: `Too few trials to tell whether ${name} may ship. ${capitalised(because)}.`,
    harness_error: `${name} could not be judged. ${capitalised(because)}.`,
    empty: `Nothing of ${name} was tried.`,
  };
  return sentences[state];
}

function viewBlocker({ title, reason, mode }: NonNullable<SuiteReport['blocker']>, modes: readonly ModeReport[]): BlockerView {
  const reproduce = modes.find(({ id }) => id === mode)?.reproduce;
  return { title: words(title), reason: viewText(reason), reproduce: reproduce === undefined ? undefined : viewText(reproduce, 1_000) };
}

function rulesOf({ judgedBy, expectedEffects }: SuiteReport): Fact[] {
  const { threshold, seed, trials, live, reads, options } = judgedBy;
  const fact = (label: string, text: string): Fact => ({ label, text: viewText(text) });
  return [
    fact('Ships with', `every mode passed or accepted by name, ${threshold} of 100 points, and nothing left out`),
    fact('Model', live ? 'live; judged on the one-sided 95% Clopper-Pearson bound' : 'scripted; a trial is a fact, and no rate is claimed'),
    fact('Trials', `${trials} of each variant in each arm, from seed ${seed}`),
    fact('Done means', expectedEffects.length === 0 ? 'no effect' : expectedEffects.join('; ')),
    ...(reads.length === 0 ? [] : [fact('Taken for reads', reads.join('; '))]),
    fact('Engine', options['engine'] ?? 'SQLite'),
    ...Object.entries(options)
      .filter(([name]) => name !== 'engine')
      .map(([name, text]) => fact(viewText(name, 40), text)),
  ];
}
