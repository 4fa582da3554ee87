import type { SuiteReport, TrialReport } from './readiness-schema.js';
import type { ArmView, Headline } from './readiness-view.js';
import { dollars } from './view-text.js';

/** The five figures that say most about what the engine changes; each from what the world has seen, in both arms. */
export function viewHeadlines({ modes }: SuiteReport): Headline[] {
  const trials = modes.flatMap(({ variants }) => variants.flatMap(({ trials }) => trials));
  const figure = (label: string, of: (trials: readonly TrialReport[]) => string): Headline => {
    const text = (arm: ArmView) => {
      const own = trials.filter((trial) => trial.arm === arm && (trial.outcome === 'passed' || trial.outcome === 'failed'));
      return own.length === 0 ? '–' : of(own);
    };
    return { label, naked: text('naked'), durable: text('durable') };
  };
  const count = (test: (trial: TrialReport) => boolean) => (trials: readonly TrialReport[]) => String(trials.filter(test).length);
  if (trials.length === 0) return [];
  return [
    figure('Faults survived', (own) => `${own.filter(({ outcome }) => outcome === 'passed').length} of ${own.length}`),
    figure('Effects made again', (own) => String(own.reduce((sum, trial) => sum + repeatedEffects(trial), 0))),
    figure(
      'Runs that hung or died',
      count(({ end }) => end === 'hung' || end === 'died'),
    ),
    figure('Largest prompt', largestPrompt),
    figure('Spent on models', (own) => dollars(own.reduce((sum, { costUsd }) => sum + costUsd, 0))),
  ];
}

/** Effects that the world saw more than once with the same arguments, beyond the first time. */
function repeatedEffects({ tools }: TrialReport): number {
  const applied = tools.filter(({ kind, applied }) => kind === 'effect' && applied).map(({ tool, args }) => `${tool} ${args}`);
  return applied.length - new Set(applied).size;
}

function largestPrompt(trials: readonly TrialReport[]): string {
  const tokens = trials.flatMap(({ prompts }) => prompts.map(({ tokens }) => tokens));
  return tokens.length === 0 ? '–' : `${Math.max(...tokens).toLocaleString('en-US')} tokens`;
}
