import type { ModeEvidence, TrialEvidence } from '../readiness-suites/evidence.js';

/** A mode that the durable arm has not passed. Its stack is the line of the suite, which is what a reader can change. */
export class ReadinessFailure extends Error {
  override readonly name = 'ReadinessFailure';

  /** Undefined if the mode was passed. */
  static of(mode: ModeEvidence, stack: string): ReadinessFailure | undefined {
    if (mode.harnessError !== undefined) return new ReadinessFailure(`${mode.title}: could not be tried: ${mode.harnessError}`, stack);
    const bad = mode.variants.flatMap(({ title, trials }) =>
      trials.filter(({ arm, outcome }) => arm === 'durable' && outcome !== 'passed').map((trial) => ({ title, trial })),
    );
    if (bad.length === 0) return undefined;
    return new ReadinessFailure(`${mode.title}: ${bad.map(({ title, trial }) => said(title, trial)).join('\n')}`, stack);
  }

  constructor(message: string, stack: string) {
    super(message);
    this.stack = [`${this.name}: ${message}`, ...stack.split('\n').slice(1)].join('\n');
  }
}

const said = (title: string, { reason, outcome }: TrialEvidence) =>
  outcome === 'failed' ? `when ${title}, ${reason}` : `when ${title}: ${reason}`;
