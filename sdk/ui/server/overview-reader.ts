import { healthFindings } from '../../cli/findings.js';
import type { Caller } from '../../cli/next-steps.js';
import type { DurableFlow } from '../../durable-flow.js';
import type { Overview } from '../contract.js';
import type { Changes } from './changes.js';

/** What needs several passes over all runs is looked up no more often than this, in milliseconds. */
const rarely = 5000;

/**
 * How things stand in the whole file. Every open page asks for it after every change, so it is made once for each state of the
 * file, and the findings, which time changes as well, every few seconds.
 */
export class OverviewReader {
  readonly #flow: DurableFlow;
  readonly #changes: Changes;
  readonly #caller: Caller;
  #slow: (Pick<Overview, 'findings' | 'workflows'> & { readonly at: number }) | undefined;
  #known: { readonly version: number; readonly at: number; readonly overview: Overview } | undefined;

  constructor(flow: DurableFlow, changes: Changes, caller: Caller) {
    this.#flow = flow;
    this.#changes = changes;
    this.#caller = caller;
  }

  read(): Overview {
    const now = performance.now();
    const { version } = this.#changes;
    if (this.#known?.version === version && now - this.#known.at < rarely) return this.#known.overview;
    if (!this.#slow || now - this.#slow.at >= rarely) this.#slow = { at: now, ...this.#readSlowly() };
    const counts = this.#flow.countRuns();
    const { workflows } = this.#slow;
    const findings = [...this.#changes.findings().map(shown), ...this.#slow.findings];
    const doubts = counts.in_doubt ? this.#flow.doubts().length : 0;
    const overview = { counts, workflows, openApprovals: this.#flow.countApprovals(), doubts, findings };
    this.#known = { version, at: now, overview };
    return overview;
  }

  #readSlowly(): Pick<Overview, 'findings' | 'workflows'> {
    const findings = healthFindings(this.#flow.health(), [], { ...this.#caller, app: 'MODULE' });
    return {
      findings: findings.map(shown),
      workflows: this.#flow.workflows(),
    };
  }
}

const shown = ({ severity, what, meaning }: Overview['findings'][number]): Overview['findings'][number] => ({ severity, what, meaning });
