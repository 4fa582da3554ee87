import { healthFindings } from '../../cli/findings.js';
import type { DurableFlow } from '../../durable-flow.js';
import type { Overview } from '../contract.js';

/** What needs several passes over all runs is looked up no more often than this, in milliseconds. */
const rarely = 5000;

/**
 * How things stand in the whole file. Every open page asks for it after every change, so it is made once for each state of the
 * file, and the findings, which time changes as well, every few seconds.
 */
export class OverviewReader {
  readonly #flow: DurableFlow;
  readonly #self: string;
  #slow: (Pick<Overview, 'findings' | 'workflows'> & { readonly at: number }) | undefined;
  #known: { readonly version: number; readonly at: number; readonly overview: Overview } | undefined;

  /** `self` is how the command line is called for the file. */
  constructor(flow: DurableFlow, self: string) {
    this.#flow = flow;
    this.#self = self;
  }

  /** `version` is another one when the file has changed. */
  read(version: number): Overview {
    const now = performance.now();
    if (this.#known?.version === version && now - this.#known.at < rarely) return this.#known.overview;
    if (!this.#slow || now - this.#slow.at >= rarely) this.#slow = { at: now, ...this.#readSlowly() };
    const counts = this.#flow.countRuns();
    const { findings, workflows } = this.#slow;
    const doubts = counts.in_doubt ? this.#flow.doubts().length : 0;
    const overview = { counts, workflows, openApprovals: this.#flow.countApprovals(), doubts, findings };
    this.#known = { version, at: now, overview };
    return overview;
  }

  #readSlowly(): Pick<Overview, 'findings' | 'workflows'> {
    const findings = healthFindings(this.#flow.health(), [], { self: this.#self, app: 'MODULE' });
    return {
      findings: findings.map(({ severity, what, meaning }) => ({ severity, what, meaning })),
      workflows: this.#flow.workflows(),
    };
  }
}
