import type { ModeReport } from './readiness-schema.js';
import type { ArmView, CellView, ModeView, Tone } from './readiness-view.js';
import { trialTone, viewTrial } from './view-trial.js';
import { viewText, words } from './view-text.js';

const mostFailures = 12;

const statusWords: Readonly<Record<ModeReport['status'], { readonly tone: Tone; readonly word: string }>> = {
  passed: { tone: 'good', word: 'held' },
  failed: { tone: 'bad', word: 'failed' },
  unsure: { tone: 'unsure', word: 'unsure' },
  not_applicable: { tone: 'none', word: 'does not apply' },
  not_run: { tone: 'none', word: 'not run' },
  not_fired: { tone: 'unsure', word: 'no fault' },
  harness_error: { tone: 'unsure', word: 'broke' },
};

/** A mode with its trials; `total` is the weight of all modes. */
export function viewMode(mode: ModeReport, total: number, live: boolean): ModeView {
  const { status, title, category, weight, reason, reproduce, notes, variants, difference } = mode;
  const trials = variants.flatMap(({ title, trials }) => trials.map((trial) => ({ title, trial })));
  const failing = trials.filter(({ trial }) => trial.outcome !== 'passed');
  const ordered = (['durable', 'naked'] as const).flatMap((arm) => failing.filter(({ trial }) => trial.arm === arm));
  return {
    title: words(title),
    category: category ?? '',
    weight: total === 0 ? 0 : Math.round((weight / total) * 100),
    naked: cellOf(mode, 'naked', live),
    durable: cellOf(mode, 'durable', live),
    reason: status === 'passed' ? '' : viewText(reason),
    reproduce: reproduce === undefined || failing.length === 0 ? undefined : viewText(reproduce, 1_000),
    notes: [
      ...notes.filter((it) => it !== reason).map((it) => viewText(it)),
      ...(difference === undefined ? [] : [differenceSentence(difference)]),
    ],
    dots: trials.slice(0, 200).map(({ title, trial }) => ({
      arm: trial.arm,
      tone: trialTone(trial),
      title: viewText(`${title}: ${trial.outcome === 'passed' ? 'passed' : trial.reason}`, 160),
    })),
    failures: ordered.slice(0, mostFailures).map(({ title, trial }) => viewTrial(title, trial)),
    moreFailures: Math.max(0, ordered.length - mostFailures),
  };
}

function cellOf(mode: ModeReport, arm: ArmView, live: boolean): CellView {
  const { passed, tried, held, atLeast } = mode[arm];
  const bound = live && tried > 0 ? `, ≥ ${Math.floor(atLeast * 100)}%` : '';
  const count = tried === 0 ? '' : `${passed} of ${tried}${bound}`;
  if (arm === 'durable') return { ...statusWords[mode.status], count };
  if (tried === 0) return { ...statusWords[mode.status === 'not_applicable' ? 'not_applicable' : 'not_run'], count };
  return { ...statusWords[held ? 'passed' : 'failed'], count };
}

function differenceSentence({ onlyDurablePassed, onlyNakedPassed, pValue }: NonNullable<ModeReport['difference']>): string {
  const chance = pValue < 0.001 ? 'p < 0.001' : `p = ${pValue.toFixed(3)}`;
  return `Of the pairs that differ, ${onlyDurablePassed} passed with the engine alone and ${onlyNakedPassed} without it alone (${chance}, McNemar).`;
}
